package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.index.file.SectionFile;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.train.TrainingJob.Ending;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.collections.Object2IntHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training in a JVM of its own is killed again and again, and still ends with the bytes of one that was not. */
final class KilledTrainingTest {
    private static final int KILLS = 4;
    private static final Dataset DATA = TestRuns.data();
    private static final Recipe RECIPE = TestRuns.smallDat()
            .withAll(Map.of("epochs", "6", "patience", "6", "schedule", "cosine", "warm-up", "1"))
            .withAll(Map.of("hard-negatives", "1", "hard-every", "2", "clip", "0.5"));

    @TempDir
    private Path folder;

    /** Trains, or goes on if there is something to go on from; writes a byte after each step. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            Path run = Path.of(arguments[0]);
            try (Workers workers = Workers.of(2)) {
                Engine engine = new Engine(Kernels.best(), workers);
                if (Files.exists(Run.stateFile(run))) {
                    TrainingJob.resume(engine, Storage.memory(), run, new Ticker());
                } else {
                    TrainingJob.start(engine, Storage.memory(), run, DATA, RECIPE, Ending.REFIT, new Ticker());
                }
            }
        }
    }

    private static final class Ticker implements TrainingListener {
        @Override
        public void onStep(EpochReport.Phase phase, int epoch, int step, int steps, long pairs) {
            tick();
        }

        @Override
        public void onEpoch(EpochReport report) {
            tick();
        }

        @Override
        public void onResume(EpochReport.Phase phase, int epoch) {}

        @Override
        public void onWarning(String message) {}

        private static void tick() {
            System.out.write('.');
            System.out.flush();
        }
    }

    @Test
    void aKilledTrainingEndsWithTheSameBytes() throws IOException, InterruptedException {
        Path whole = folder.resolve("whole");
        TestRuns.train(whole, DATA, RECIPE, Ending.REFIT);
        Path run = folder.resolve("killed");
        SplittableRandom random = new SplittableRandom(7);
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            killed += trainUntil(run, random.nextInt(30)) == 0 ? 0 : 1;
            assertTrue(killed > i, "there is something left to kill");
        }
        assertEquals(0, trainUntil(run, Integer.MAX_VALUE), () -> "see " + folder.resolve("errors"));
        assertEquals(-1, Files.mismatch(Run.modelFile(whole), Run.modelFile(run)));
        assertFalse(Files.exists(Run.stateFile(run)));
    }

    /** Runs the child until it has written so many bytes, then kills it; returns its exit code. */
    private int trainUntil(Path run, int bytes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", classPath(), Child.class.getName(), run.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        try (InputStream output = process.getInputStream()) {
            int seen = 0;
            while (seen < bytes && output.read() >= 0) {
                seen++;
            }
            if (seen >= bytes) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Where the classes are that this JVM runs, be it with modules or without. */
    private static String classPath() {
        return Stream.of(Child.class, TrainingJob.class, SectionFile.class, Kernels.class, Object2IntHashMap.class)
                .map(KilledTrainingTest::root)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String root(Class<?> type) {
        String file = "/" + type.getName().replace('.', '/') + ".class";
        String address = Objects.requireNonNull(type.getResource(file), file).toString();
        String root = address.substring(0, address.length() - file.length());
        boolean packed = root.startsWith("jar:");
        URI uri = URI.create(packed ? root.substring("jar:".length(), root.length() - "!".length()) : root);
        return Path.of(uri).toString();
    }
}

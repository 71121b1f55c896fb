package io.dovetail.checks.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Every reader reads a damaged file or refuses it by a message, whatever the damage. The build tries some thousand files;
 * {@code bin/fuzz} tries more: {@code fuzz.inputs} says how many, {@code fuzz.seed} which, {@code fuzz.target} of which reader.
 */
final class ReaderFuzzTest {

    private static final int BATCH = 100;

    /** A batch takes below a second of a processor, which others may want too: who takes so long hangs. */
    private static final Duration HANGS = Duration.ofMinutes(15);

    private static final Path FAILURES = Path.of("target", "fuzz");

    /** In {@code fuzz.folder}, which may be in memory. */
    private static final class Folder implements TempDirFactory {

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
                throws IOException {
            String in = System.getProperty("fuzz.folder", System.getProperty("java.io.tmpdir"));
            return Files.createTempDirectory(Path.of(in), "fuzz");
        }
    }

    @TempDir(factory = Folder.class)
    private Path folder;

    @Test
    void readers_read_or_refuse_whatever_the_damage() throws IOException {
        long inputs = Long.getLong("fuzz.inputs", 20_000);
        long seed = Long.getLong("fuzz.seed", 1);
        String only = System.getProperty("fuzz.target", "");
        Map<String, String> found = new TreeMap<>();
        try (TrainerTargets trainer = new TrainerTargets(folder.resolve("trainer"))) {
            List<Target> targets = new ArrayList<>(new Targets(folder.resolve("index")).all());
            targets.addAll(trainer.all());
            targets.removeIf(target -> !only.isEmpty() && !target.name().equals(only));
            long each = (inputs + targets.size() - 1) / targets.size();
            for (Target target : targets) {
                Fuzzer fuzzer = new Fuzzer(target, seed, FAILURES);
                fuzzer.begin();
                for (long from = 0; from < each; from += BATCH) {
                    long begin = from;
                    assertTimeoutPreemptively(
                            HANGS,
                            () -> fuzzer.run(begin, Math.min(each, begin + BATCH)),
                            () -> target.name() + ": hangs after case " + begin);
                }
                System.out.println(fuzzer.counts());
                fuzzer.found().values().forEach(failure -> found.put(target.name() + " " + found.size(), failure));
            }
        }
        assertEquals(Map.of(), found);
    }
}

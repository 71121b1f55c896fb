package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.Searcher;
import io.dovetail.kernels.Kernels;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes, compacts and swaps is killed at a random moment, again and again: nothing that it had been told is
 * written may be missing, and nothing may be there in part. With {@code -Ddovetail.crash.kills=200} the long form.
 */
@DisabledOnOs(OS.WINDOWS)
final class LiveCrashTest {

    private static final int DIMENSION = 8;
    private static final int KILLED = 128 + 9;

    @TempDir
    private Path folder;

    private final Random random = new Random(1);

    @Test
    void losesNothingThatWasAcknowledgedAndShowsNothingInPart() throws Exception {
        int kills = Integer.getInteger("dovetail.crash.kills", 8);
        CrashScript script = new CrashScript(1, DIMENSION);
        LiveModel model = new LiveModel(DIMENSION, 2);
        Path file = folder.resolve("built.ivfpq");
        Path directory = folder.resolve("live");
        model.build(file, 300, "model-1");
        LiveIndex.create(directory, file, Durability.EACH_WRITE, Kernels.best()).close();
        long sequence = 0;
        int next = 0;
        int afterWrites = 0;
        for (int kill = 0; kill < kills; kill++) {
            int acknowledged = kill(directory, next);
            afterWrites += acknowledged >= next ? 1 : 0;
            try (LiveIndex live = LiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best());
                    Searcher searcher = live.searcher()) {
                while (next <= acknowledged || sequence < live.sequence()) {
                    sequence += script.write(next++, model.vectors());
                }
                assertEquals(sequence, live.sequence(), "kill " + kill + ": acknowledged up to " + acknowledged);
                model.check(live, searcher);
                model.check(live, searcher);
            }
        }
        assertTrue(afterWrites > kills / 4, "only " + afterWrites + " of the processes had begun to write");
    }

    /** Starts a process, kills it, and returns the number of the last write that it had acknowledged. */
    private int kill(Path directory, int first) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-XX:TieredStopAtLevel=1", // starts sooner
                        "-Xmx128m",
                        "-cp",
                        classPath(),
                        CrashChild.class.getName(),
                        directory.toString(),
                        "1",
                        Integer.toString(DIMENSION),
                        Integer.toString(first),
                        Integer.toString(random.nextInt(2) * 50))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (DataInputStream acknowledged = new DataInputStream(process.getInputStream())) {
            int last = first - 1;
            if (random.nextInt(5) == 0) { // in any phase of opening
                process.waitFor(random.nextInt(1_000), TimeUnit.MILLISECONDS);
            } else {
                last = acknowledged.readInt();
                long end = System.nanoTime() + random.nextInt(400) * 1_000_000L;
                while (System.nanoTime() < end) {
                    last = acknowledged.readInt();
                }
            }
            process.toHandle().destroyForcibly(); // unlike the process itself, leaves its output open
            last = drain(acknowledged, last);
            assertEquals(KILLED, process.waitFor(), "the process ended by itself");
            return last;
        } finally {
            process.destroyForcibly();
        }
    }

    private static int drain(DataInputStream acknowledged, int before) throws IOException {
        int last = before;
        while (true) {
            try {
                last = acknowledged.readInt();
            } catch (EOFException e) {
                return last;
            }
        }
    }

    private static String classPath() {
        return Stream.of(Kernels.class, LiveIndex.class, CrashChild.class)
                .map(LiveCrashTest::root)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The folder or archive that a class was loaded from. */
    private static String root(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource("/" + name));
        String root = url.substring(url.startsWith("jar:") ? 4 : 0, url.length() - name.length());
        try {
            return Path.of(new URI(root.endsWith("!/") ? root.substring(0, root.length() - 2) : root))
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

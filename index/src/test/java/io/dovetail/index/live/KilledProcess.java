package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.kernels.Kernels;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a class as a process that says which of its numbered writes have returned, and kills it at a random moment.
 *
 * @param main the class
 * @param random chooses the moment
 */
record KilledProcess(Class<?> main, Random random) {

    private static final int KILLED = 128 + 9;

    /** Starts a process, kills it, and returns the number of the last write that it had acknowledged. */
    int run(int first, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1", // starts sooner
                "-Xmx128m",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
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
        return Stream.of(Kernels.class, LiveIndex.class, KilledProcess.class)
                .map(KilledProcess::root)
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

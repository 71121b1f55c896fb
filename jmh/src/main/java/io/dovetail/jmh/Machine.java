package io.dovetail.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a figure was measured on. */
final class Machine {

    private Machine() {}

    /** {@return one line: the processor and the JVM} */
    static String describe() {
        return processor() + ", " + Runtime.getRuntime().availableProcessors() + " processors; "
                + System.getProperty("java.vm.name") + " " + Runtime.version();
    }

    private static String processor() {
        Path file = Path.of("/proc/cpuinfo");
        if (!Files.exists(file)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}

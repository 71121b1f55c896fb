package io.dovetail.jmh.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What this machine's processor is called. */
public final class MachineName {
    private static final Path LINUX = Path.of("/proc/cpuinfo");

    private MachineName() {}

    /** {@return the model, as far as the operating system tells it, and the number of cores} */
    public static String here() {
        List<String> lines = List.of();
        try {
            lines = Files.exists(LINUX) ? Files.readAllLines(LINUX) : lines;
        } catch (IOException e) {
            // the architecture alone, then
        }
        return named(lines, Runtime.getRuntime().availableProcessors());
    }

    /** The same from the lines of Linux' {@code cpuinfo}. */
    static String named(List<String> lines, int cores) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        String name =
                fields.getOrDefault("model name", System.getProperty("os.arch") + ", " + System.getProperty("os.name"));
        if (fields.containsKey("cpu family") && fields.containsKey("model")) {
            name += " (family " + fields.get("cpu family") + ", model " + fields.get("model") + ")";
        }
        return name + ", " + cores + (cores == 1 ? " core" : " cores");
    }
}

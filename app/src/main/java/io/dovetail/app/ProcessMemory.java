package io.dovetail.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The memory that this process takes. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private ProcessMemory() {}

    /** {@return bytes of the Java heap in use and, where the system tells, of the whole process, tables off the heap too} */
    static Map<String, Long> now() {
        Map<String, Long> memory = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        memory.put("heap", runtime.totalMemory() - runtime.freeMemory());
        if (Files.isReadable(STATUS)) {
            try {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith(RESIDENT)) {
                        String kibibytes = line.substring(RESIDENT.length())
                                .replace("kB", "")
                                .strip();
                        memory.put("resident", Long.parseLong(kibibytes) << 10);
                    }
                }
            } catch (IOException | NumberFormatException e) {
                return memory; // a system that has the file but another form of it: go without
            }
        }
        return memory;
    }
}

package io.dovetail.jmh.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the measurements were made on, and how. The path of the JVM is nobody's business. */
final class Conditions {
    private final Map<String, Set<String>> facts = new LinkedHashMap<>();
    private final Set<Integer> forks = new TreeSet<>();
    private final Set<String> days = new TreeSet<>();

    /** Notes when a file was written. */
    void addFile(Path file) throws IOException {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        days.add(written.atZone(ZoneOffset.UTC).toLocalDate().toString());
    }

    /** Notes the conditions of a document of JMH. */
    void add(JsonNode root) {
        for (JsonNode entry : JmhFile.children(root)) {
            if (entry.has("peer")) {
                note("peers", text(entry, "peer"));
                continue;
            }
            note("JDK", text(entry, "jdkVersion") + ", " + text(entry, "vmName") + " " + text(entry, "vmVersion"));
            note("JMH", text(entry, "jmhVersion"));
            note("warm-up", text(entry, "warmupIterations") + " × " + text(entry, "warmupTime"));
            note("measured", text(entry, "measurementIterations") + " × " + text(entry, "measurementTime"));
            forks.add(entry.path("forks").asInt());
        }
    }

    /** The fewest forks of a benchmark, 0 if none is known. */
    int fewestForks() {
        return forks.stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    /** Names and values, for the head of a page. */
    Map<String, String> facts(String machine) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("machine", machine);
        if (facts.containsKey("JDK")) {
            all.put("JDK", String.join("; ", facts.getOrDefault("JDK", Set.of())));
        }
        facts.forEach((name, values) -> all.putIfAbsent(name, String.join("; ", values)));
        if (!forks.isEmpty()) {
            all.put(
                    "forks",
                    String.join(", ", forks.stream().map(String::valueOf).toList()));
        }
        all.put("date", String.join(", ", List.copyOf(days)));
        return all;
    }

    private void note(String name, String value) {
        facts.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(value);
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asText("unknown");
    }
}

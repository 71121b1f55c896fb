package io.dovetail.app.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.eval.Scope;
import io.dovetail.index.file.ReplacedFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of a training in a file of its own: a JSON object that appears whole or not at all. It names the data and the
 * settings that it was made of, and is not read for others.
 *
 * @param path the file
 * @param data fingerprint of the data
 */
record OutcomeFile(Path path, String data) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String REMEDY = "; give another --out, or delete the file to train anew";

    /** {@return whether there is an outcome to read} */
    boolean exists() {
        return Files.exists(path);
    }

    /**
     * Reads the outcome.
     *
     * @param settings that it must have been made with
     * @return the outcome; empty if there is no file
     * @throws FileSystemException if the file is damaged or is that of other data or settings; the message says which
     */
    Optional<Outcome> read(Map<String, String> settings) throws IOException {
        if (!exists()) {
            return Optional.empty();
        }
        JsonNode node;
        try {
            node = MAPPER.readTree(Files.readString(path));
        } catch (JsonProcessingException e) {
            throw refusal("is damaged (" + e.getOriginalMessage() + "); delete it to train anew");
        }
        if (!node.path("data").asText().equals(data)) {
            throw refusal("was made of other data" + REMEDY);
        }
        Outcome outcome = outcome(node);
        for (Map.Entry<String, String> expected : settings.entrySet()) {
            String was = outcome.settings().getOrDefault(expected.getKey(), "absent");
            if (!was.equals(expected.getValue())) {
                throw refusal("was made with " + expected.getKey() + "=" + was + ", asked for is " + expected.getKey()
                        + "=" + expected.getValue() + REMEDY);
            }
        }
        return Optional.of(outcome);
    }

    private FileSystemException refusal(String reason) {
        return new FileSystemException(path.toString(), null, reason);
    }

    private static Outcome outcome(JsonNode node) {
        Map<String, String> settings = new LinkedHashMap<>();
        node.path("settings")
                .properties()
                .forEach(entry -> settings.put(entry.getKey(), entry.getValue().asText()));
        List<String> warnings = new ArrayList<>();
        node.path("warnings").forEach(warning -> warnings.add(warning.asText()));
        Map<Scope, int[]> ranks = new EnumMap<>(Scope.class);
        for (Scope scope : Scope.values()) {
            JsonNode array = node.path("ranks").path(scope.name());
            if (array.isArray()) {
                int[] values = new int[array.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = array.get(i).asInt();
                }
                ranks.put(scope, values);
            }
        }
        return new Outcome(
                settings,
                node.path("epoch").asInt(),
                node.path("validHr@100").asDouble(Double.NaN),
                node.path("seconds").asDouble(),
                node.path("allSeconds").asDouble(),
                warnings,
                node.path("failure").asText(),
                ranks);
    }

    /** Writes the outcome, in place of an earlier one. */
    void write(Outcome outcome) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", data);
        json.put("settings", outcome.settings());
        json.put("epoch", outcome.epoch());
        if (Double.isFinite(outcome.validHr100())) {
            json.put("validHr@100", outcome.validHr100());
        }
        json.put("seconds", outcome.seconds());
        json.put("allSeconds", outcome.allSeconds());
        json.put("warnings", outcome.warnings());
        json.put("failure", outcome.failure());
        json.put("ranks", outcome.ranks());
        Files.createDirectories(path.toAbsolutePath().getParent());
        ReplacedFile.write(path, MAPPER.writeValueAsString(json));
    }
}

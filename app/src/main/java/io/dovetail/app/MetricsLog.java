package io.dovetail.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.app.report.LoggedEpoch;
import io.dovetail.train.Embeddings;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The log of a run's epochs: {@code metrics.jsonl} in its folder, a JSON object a line. */
final class MetricsLog {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String EPOCH = "epoch";
    private static final String TIME = "time";
    private static final String WARNINGS = "warnings";

    private final Path file;

    MetricsLog(Path folder) {
        file = folder.resolve("metrics.jsonl");
    }

    /**
     * Adds a line for an epoch.
     *
     * @param report what happened in it
     * @param warnings that were given since the epoch before
     */
    void append(EpochReport report, List<String> warnings) throws IOException {
        Files.writeString(
                file,
                Json.text(json(report, warnings)) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    /**
     * Keeps the lines of epochs that are done.
     *
     * @param phase part of the training that goes on
     * @param epoch number of its epochs that are done; lines of later ones and of later parts go, as does a torn line
     */
    void keep(Phase phase, int epoch) throws IOException {
        StringBuilder kept = new StringBuilder();
        for (String line : lines()) {
            JsonNode node = parse(line);
            Phase of = phase(node);
            if (of.compareTo(phase) < 0 || (of == phase && node.path(EPOCH).asInt() <= epoch)) {
                kept.append(line).append('\n');
            }
        }
        Path rewritten = file.resolveSibling(file.getFileName() + ".tmp");
        Files.writeString(rewritten, kept);
        Files.move(rewritten, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** {@return the valid figures of the best epoch and its number; empty if no epoch is logged} */
    Map<String, Object> best() throws IOException {
        Map<String, Object> best = new LinkedHashMap<>();
        for (String line : lines()) {
            JsonNode node = parse(line);
            if (node.path("best").asBoolean()) {
                best.clear();
                best.put("epoch", node.path(EPOCH).asInt());
                for (Map.Entry<String, JsonNode> figure : node.path("valid").properties()) {
                    best.put(figure.getKey(), figure.getValue().numberValue());
                }
            }
        }
        return best;
    }

    /** {@return all epochs, in order} */
    List<LoggedEpoch> epochs() throws IOException {
        List<LoggedEpoch> epochs = new ArrayList<>();
        for (String line : lines()) {
            JsonNode node = parse(line);
            Map<String, Double> figures = new LinkedHashMap<>();
            node.properties().forEach(entry -> addFigures(entry.getKey(), entry.getValue(), figures));
            figures.remove(EPOCH);
            figures.remove(TIME);
            List<String> warnings = new ArrayList<>();
            node.path(WARNINGS).forEach(warning -> warnings.add(warning.asText()));
            epochs.add(new LoggedEpoch(
                    phase(node),
                    node.path(EPOCH).asInt(),
                    Instant.ofEpochMilli(node.path(TIME).asLong()),
                    node.path("best").asBoolean(),
                    figures,
                    warnings));
        }
        return epochs;
    }

    private static void addFigures(String key, JsonNode node, Map<String, Double> figures) {
        if (node.isNumber()) {
            figures.put(key, node.asDouble());
        }
        node.properties().forEach(entry -> addFigures(key + "/" + entry.getKey(), entry.getValue(), figures));
    }

    private List<String> lines() throws IOException {
        List<String> whole = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                if (!parse(line).isMissingNode()) {
                    whole.add(line);
                }
            }
        }
        return whole;
    }

    /** A line that a kill cut short is as good as missing: its epoch is not done. */
    private static JsonNode parse(String line) {
        try {
            return MAPPER.readTree(line);
        } catch (JsonProcessingException _) {
            return MAPPER.missingNode();
        }
    }

    private static Phase phase(JsonNode node) {
        return node.path("phase").asText().equals(name(Phase.REFIT)) ? Phase.REFIT : Phase.SELECT;
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(EpochReport report, List<String> warnings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("phase", name(report.phase()));
        json.put(EPOCH, report.epoch());
        json.put(TIME, System.currentTimeMillis());
        json.put("loss", report.losses().objective());
        json.put("mimicUser", report.losses().mimicUser());
        json.put("mimicItem", report.losses().mimicItem());
        json.put("alignment", report.losses().alignment());
        json.put("pairs", report.pairs());
        json.put("seconds", report.seconds());
        json.put("pairsPerSecond", report.pairsPerSecond());
        json.put("learningRate", report.vitals().learningRate());
        json.put("norms", report.vitals().norms());
        json.put("deadUnits", report.vitals().deadUnits());
        json.put("memory", ProcessMemory.now());
        if (report.valid() != null) {
            json.put("valid", Figures.json(report.valid().overall()));
            if (report.valid().isSample()) {
                json.put("validCandidates", report.valid().candidates());
            }
            json.put("best", report.best());
        }
        if (report.health() != null) {
            json.put("outputs", outputs(report.health()));
        }
        if (!warnings.isEmpty()) {
            json.put(WARNINGS, warnings);
        }
        return json;
    }

    private static Map<String, Object> outputs(Embeddings.Health health) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("zeroUsers", health.zeroUsers());
        json.put("zeroItems", health.zeroItems());
        json.put("scoreSpread", health.scoreSpread());
        return json;
    }
}

package io.dovetail.jmh.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the duel of products writes with {@code --json}. */
final class DuelFile {
    private DuelFile() {}

    /** Whether the root of a document is that of a duel. */
    static boolean fits(JsonNode root) {
        JsonNode results = root.path("results");
        return results.isArray()
                && JmhFile.children(results).stream()
                        .allMatch(shape -> shape.path("gigaflops").isObject());
    }

    static Duel duel(JsonNode root) {
        List<Duel.Bout> bouts = new ArrayList<>();
        for (JsonNode shape : JmhFile.children(root.path("results"))) {
            shape.path("ratios").properties().forEach(side -> bouts.add(bout(shape, side.getKey(), side.getValue())));
        }
        int threads = root.path("threads").asInt(1);
        return new Duel(
                "Products in turns with the peers, " + (threads == 1 ? "one thread" : threads + " threads"), bouts);
    }

    private static Duel.Bout bout(JsonNode shape, String ours, JsonNode ratios) {
        Map<String, Double> gigaflops = new LinkedHashMap<>();
        shape.path("gigaflops")
                .properties()
                .forEach(side -> gigaflops.put(side.getKey(), side.getValue().asDouble(Double.NaN)));
        String size = shape.path("m").asText() + " × " + shape.path("n").asText() + " × "
                + shape.path("k").asText();
        return new Duel.Bout(
                shape.path("suite").asText() + " " + shape.path("form").asText(),
                size,
                ours,
                gigaflops,
                ratios.path("peak").asDouble(Double.NaN),
                ratios.path("blas").asDouble(Double.NaN),
                ratios.path("fastest").asDouble(Double.NaN));
    }
}

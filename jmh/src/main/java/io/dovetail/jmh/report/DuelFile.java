package io.dovetail.jmh.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What the duel of products writes with {@code --json}. */
final class DuelFile {
    private DuelFile() {}

    /** Whether the root of a document is that of a duel. */
    static boolean fits(JsonNode root) {
        return root.path("bouts").isArray() && !root.path("bouts").isEmpty();
    }

    static Duel duel(JsonNode root) {
        List<Duel.Bout> bouts = new ArrayList<>();
        for (JsonNode bout : JmhFile.children(root.path("bouts"))) {
            bouts.add(new Duel.Bout(
                    bout.path("shape").asText(),
                    bout.path("rival").asText(),
                    bout.path("ours").asDouble(Double.NaN),
                    bout.path("theirs").asDouble(Double.NaN),
                    bout.path("ratio").asDouble(Double.NaN),
                    bout.path("low").asDouble(Double.NaN),
                    bout.path("high").asDouble(Double.NaN)));
        }
        return new Duel(root.path("title").asText("Duel"), bouts);
    }
}

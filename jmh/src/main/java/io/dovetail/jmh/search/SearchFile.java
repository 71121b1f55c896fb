package io.dovetail.jmh.search;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.jmh.report.ReportException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a duel wrote.
 *
 * @param machine what it ran on
 * @param jdk what ran it
 * @param data what the vectors are, in a sentence
 * @param vectors number of vectors
 * @param dimension of these
 * @param accepted share of the vectors that a filter accepts
 * @param queries number of queries
 * @param k neighbours to find
 * @param rounds rounds
 * @param buildThreads threads that built, of Dovetail and faiss
 * @param curves at least one; ours first if it took part
 */
record SearchFile(
        String machine,
        String jdk,
        String data,
        int vectors,
        int dimension,
        double accepted,
        int queries,
        int k,
        int rounds,
        int buildThreads,
        List<SearchCurve> curves) {

    /** Reads a file. */
    static SearchFile read(Path file) throws ReportException {
        try {
            ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
            JsonNode root = mapper.readTree(file.toFile());
            List<SearchCurve> curves = new ArrayList<>();
            for (JsonNode curve : root.path("curves")) {
                curves.add(mapper.treeToValue(curve, SearchCurve.class));
            }
            if (curves.isEmpty()) {
                throw new ReportException(file + " is no result of SearchDuel: it has no curves");
            }
            return new SearchFile(
                    root.path("machine").asText("unknown"),
                    root.path("jdk").asText("unknown"),
                    root.path("data").asText(""),
                    root.path("vectors").asInt(),
                    root.path("dimension").asInt(),
                    root.path("accepted").asDouble(1),
                    root.path("queries").asInt(),
                    root.path("k").asInt(),
                    root.path("rounds").asInt(),
                    root.path("buildThreads").asInt(1),
                    curves);
        } catch (IOException e) {
            throw new ReportException(file + " is no result of SearchDuel: " + e.getMessage());
        }
    }

    /** {@return what a page calls it} */
    String title() {
        return String.format(
                Locale.ROOT,
                "%,d vectors of dimension %d%s: %s",
                vectors,
                dimension,
                accepted < 1 ? String.format(Locale.ROOT, ", of which a filter accepts %s %%", percent()) : "",
                String.join(", ", curves.stream().map(SearchCurve::name).toList()));
    }

    private String percent() {
        return BigDecimal.valueOf(accepted)
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString();
    }
}

package io.dovetail.jmh.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An epoch of {@code dovetail train}, measured as a whole process some times over.
 *
 * @param data name of the data set
 * @param about whence it comes; may be empty
 * @param positives of a batch
 * @param threads that trained
 * @param pairs trained in the epoch
 * @param training seconds of the training alone, by run
 * @param whole seconds of the process, by run
 */
record Epoch(
        String data, String about, int positives, int threads, long pairs, List<Double> training, List<Double> whole) {

    Epoch {
        training = List.copyOf(training);
        whole = List.copyOf(whole);
    }

    /** Whether the root of a document is that of an epoch. */
    static boolean fits(JsonNode root) {
        JsonNode runs = root.path("runs");
        return root.path("data").isTextual()
                && root.path("batch").isInt()
                && root.path("threads").isInt()
                && !runs.isEmpty()
                && JmhFile.children(runs).stream()
                        .allMatch(run -> run.path("wallSeconds").isNumber()
                                && run.path("epoch").path("pairs").isNumber()
                                && run.path("epoch").path("seconds").isNumber());
    }

    /** The epoch of a document that {@link #fits}; a run has the line of its {@code metrics.jsonl}. */
    static Epoch of(JsonNode root) {
        List<Double> training = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        for (JsonNode run : JmhFile.children(root.path("runs"))) {
            training.add(run.path("epoch").path("seconds").asDouble());
            whole.add(run.path("wallSeconds").asDouble());
        }
        return new Epoch(
                root.path("data").asText(),
                root.path("about").asText(""),
                root.path("batch").asInt(),
                root.path("threads").asInt(),
                root.path("runs").path(0).path("epoch").path("pairs").asLong(),
                training,
                whole);
    }

    /** {@return the median over the runs} */
    double pairsPerSecond() {
        return pairs / Figure.median(training);
    }

    /** {@return cells for a table} */
    List<String> row() {
        Figure seconds = new Figure("s/op", whole);
        return List.of(
                data,
                String.valueOf(positives),
                String.valueOf(threads),
                String.format(Locale.ROOT, "%,d", pairs),
                Numbers.figure(Figure.median(training)) + " s",
                Numbers.rounded(pairsPerSecond()),
                Numbers.figure(seconds.median()) + " s",
                Numbers.figure(seconds.least()) + " to " + Numbers.figure(seconds.greatest()) + " s, " + whole.size());
    }
}

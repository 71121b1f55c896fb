package io.dovetail.jmh.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** What JMH writes with {@code -rf json}. */
final class JmhFile {
    /** The secondary result under which the 99th percentile of sampled times is kept. */
    static final String TAIL = "p99";

    /** What benchmarks call the parameter that says whose kernel it is. */
    private static final List<String> BACKEND = List.of("backend", "via");

    private JmhFile() {}

    /** Whether the root of a document is what JMH writes: an array of results. */
    static boolean fits(JsonNode root) {
        return root.isArray()
                && children(root).stream()
                        .allMatch(entry -> entry.path("benchmark").isTextual()
                                && entry.path("primaryMetric").isObject());
    }

    /** The results of a document, in its order. */
    static List<Result> results(JsonNode root) {
        List<Result> results = new ArrayList<>();
        for (JsonNode entry : children(root)) {
            List<Figure> score = figures(entry.path("primaryMetric"));
            // a benchmark whose every fork failed has no data
            if (!score.isEmpty()) {
                results.add(result(entry, score.getFirst()));
            }
        }
        return results;
    }

    private static Result result(JsonNode entry, Figure score) {
        Map<String, String> params = new LinkedHashMap<>();
        entry.path("params")
                .properties()
                .forEach(param -> params.put(param.getKey(), param.getValue().asText()));
        String backend =
                BACKEND.stream().map(name -> params.getOrDefault(name, "")).collect(Collectors.joining());
        BACKEND.forEach(params::remove);
        Map<String, Figure> more = new LinkedHashMap<>();
        entry.path("secondaryMetrics")
                .properties()
                .forEach(metric ->
                        figures(metric.getValue()).forEach(figure -> more.put(plain(metric.getKey()), figure)));
        JsonNode primary = entry.path("primaryMetric");
        JsonNode tail = primary.path("scorePercentiles").path("99.0");
        if (entry.path("mode").asText().equals("sample") && tail.isNumber()) {
            more.put(TAIL, new Figure(score.unit(), List.of(tail.asDouble())));
        }
        String[] name = entry.path("benchmark").asText().split("\\.", -1);
        String method = name[name.length - 1];
        String family = name.length > 1 ? name[name.length - 2] : "Benchmarks";
        return new Result(
                family + '.' + method,
                entry.path("mode").asText(),
                entry.path("threads").asInt(1),
                params,
                backend,
                score,
                more);
    }

    /** JMH marks what a profiler measured with a dot in some versions. */
    private static String plain(String metric) {
        return metric.startsWith("·") ? metric.substring(1) : metric;
    }

    /** The figure of a metric, or nothing if it has no data. */
    private static List<Figure> figures(JsonNode metric) {
        List<Double> forks = new ArrayList<>();
        for (JsonNode fork : children(metric.path("rawData"))) {
            forks.add(Figure.median(
                    children(fork).stream().map(JsonNode::asDouble).toList()));
        }
        for (JsonNode fork : children(metric.path("rawDataHistogram"))) {
            forks.add(medianOfSamples(fork));
        }
        forks.removeIf(fork -> fork.isNaN());
        return forks.isEmpty()
                ? List.of()
                : List.of(new Figure(metric.path("scoreUnit").asText(), forks));
    }

    /** Of a fork that was sampled: iterations of pairs of a value and how often it came. */
    private static double medianOfSamples(JsonNode fork) {
        List<JsonNode> pairs = children(fork).stream()
                .flatMap(iteration -> children(iteration).stream())
                .sorted((a, b) -> Double.compare(a.path(0).asDouble(), b.path(0).asDouble()))
                .toList();
        long samples = pairs.stream().mapToLong(pair -> pair.path(1).asLong()).sum();
        long before = 0;
        for (JsonNode pair : pairs) {
            before += pair.path(1).asLong();
            if (2 * before >= samples) {
                return pair.path(0).asDouble();
            }
        }
        return Double.NaN;
    }

    static List<JsonNode> children(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}

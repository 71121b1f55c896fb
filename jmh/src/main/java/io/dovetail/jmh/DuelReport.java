package io.dovetail.jmh;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The outcomes of a {@link GemmDuel}, as a table that grows while it runs and as JSON at the end. */
final class DuelReport {

    private final PrintStream out;
    private final GemmDuelOptions options;
    private final List<String> sides = new ArrayList<>();
    private final List<DuelOutcome> outcomes = new ArrayList<>();

    DuelReport(PrintStream out, GemmDuelOptions options) {
        this.out = out;
        this.options = options;
        sides.addAll(options.ours());
        sides.addAll(options.peers());
    }

    void begin(List<String> descriptions) {
        out.println(machine());
        descriptions.forEach(out::println);
        out.println(
                "GFLOP/s, median of rounds; peak: share of the FMA peak; blas, fastest: median ratio to the faster of "
                        + "MKL and OpenBLAS, and to the fastest peer");
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "%-7s %4s %6s %6s %6s", "suite", "form", "m", "n", "k"));
        sides.forEach(side -> line.append(String.format(Locale.ROOT, " %9s", side)));
        out.println(line + String.format(Locale.ROOT, " %6s %6s %7s", "peak", "blas", "fastest"));
    }

    void add(DuelOutcome outcome) {
        outcomes.add(outcome);
        GemmShape shape = outcome.shape();
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%-7s %4s %6d %6d %6d", outcome.suite(), shape.form(), shape.m(), shape.n(), shape.k()));
        Map<String, Double> medians = outcome.medians();
        for (String side : sides) {
            Double median = medians.get(side);
            line.append(
                    median == null
                            ? String.format(Locale.ROOT, " %9s", "-")
                            : String.format(Locale.ROOT, " %9.1f", median));
        }
        String first = options.ours().getFirst();
        out.println(line
                + String.format(Locale.ROOT, " %5.1f%%", 100 * outcome.shareOfPeak(first))
                + String.format(Locale.ROOT, " %6s", text(outcome.overBlas(first)))
                + String.format(Locale.ROOT, " %7s", text(outcome.overFastest(first))));
    }

    void end() throws IOException {
        double peak = peak();
        out.println(String.format(
                Locale.ROOT, "FMA peak %.1f GFLOP/s, %.1f to %.1f over shapes", peak, extreme(false), extreme(true)));
        for (Map.Entry<String, List<DuelOutcome>> group : groups().entrySet()) {
            for (String side : options.ours()) {
                out.println(summary(group.getKey(), side, group.getValue()));
            }
        }
        if (options.json().isPresent()) {
            Path file = options.json().get();
            Files.writeString(file, json());
            out.println("written to " + file);
        }
    }

    private String summary(String name, String side, List<DuelOutcome> group) {
        double share = DuelOutcome.geometricMean(group, o -> OptionalDouble.of(o.shareOfPeak(side)))
                .orElseThrow();
        return String.format(
                        Locale.ROOT,
                        "%-10s %s: %d shapes, geometric means: %.1f %% of peak",
                        name,
                        side,
                        group.size(),
                        100 * share)
                + ", over blas " + text(DuelOutcome.geometricMean(group, o -> o.overBlas(side))) + " (least "
                + text(group.stream()
                        .flatMapToDouble(o -> o.overBlas(side).stream())
                        .min()) + ")"
                + ", over fastest " + text(DuelOutcome.geometricMean(group, o -> o.overFastest(side))) + " (least "
                + text(group.stream()
                        .flatMapToDouble(o -> o.overFastest(side).stream())
                        .min()) + ")";
    }

    /** Each suite, and in it each form. */
    private Map<String, List<DuelOutcome>> groups() {
        Map<String, List<DuelOutcome>> groups = outcomes.stream()
                .collect(Collectors.groupingBy(
                        o -> o.suite() + " " + o.shape().form(), TreeMap::new, Collectors.toList()));
        groups.putAll(outcomes.stream().collect(Collectors.groupingBy(DuelOutcome::suite)));
        return groups;
    }

    private String json() {
        String results = outcomes.stream().map(this::json).collect(Collectors.joining(",\n"));
        return String.format(
                Locale.ROOT,
                "{%n\"machine\": \"%s\",%n\"threads\": %d,%n\"rounds\": %d,%n\"peakGigaflops\": %.2f,%n\"results\":"
                        + " [%n%s%n]%n}%n",
                machine(),
                options.threads(),
                options.duel().rounds(),
                peak(),
                results);
    }

    private String json(DuelOutcome outcome) {
        GemmShape shape = outcome.shape();
        String sides = outcome.medians().entrySet().stream()
                .map(side -> String.format(Locale.ROOT, "\"%s\": %.2f", side.getKey(), side.getValue()))
                .collect(Collectors.joining(", "));
        String ratios = options.ours().stream()
                .map(side -> String.format(
                        Locale.ROOT,
                        "\"%s\": {\"peak\": %.4f, \"blas\": %s, \"fastest\": %s}",
                        side,
                        outcome.shareOfPeak(side),
                        number(outcome.overBlas(side)),
                        number(outcome.overFastest(side))))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "{\"suite\": \"%s\", \"form\": \"%s\", \"m\": %d, \"n\": %d, \"k\": %d, \"gigaflops\": {%s},"
                        + " \"ratios\": {%s}}",
                outcome.suite(),
                shape.form(),
                shape.m(),
                shape.n(),
                shape.k(),
                sides,
                ratios);
    }

    private String machine() {
        return Machine.describe() + "; threads " + options.threads() + ", rounds "
                + options.duel().rounds() + " of " + options.millis() + " ms a side";
    }

    private double peak() {
        return Duel.median(outcomes.stream().mapToDouble(DuelOutcome::peak).toArray());
    }

    private double extreme(boolean greatest) {
        var medians = outcomes.stream().mapToDouble(DuelOutcome::peak).summaryStatistics();
        return greatest ? medians.getMax() : medians.getMin();
    }

    private static String text(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.3f", ratio.getAsDouble()) : "-";
    }

    private static String number(OptionalDouble ratio) {
        return ratio.isPresent() ? String.format(Locale.ROOT, "%.4f", ratio.getAsDouble()) : "null";
    }
}

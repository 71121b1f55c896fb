package io.dovetail.jmh.report;

import io.dovetail.app.page.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One of our kernels against others in alternating rounds of one JVM.
 *
 * @param title what was compared
 * @param bouts one per shape and rival, at least one
 */
record Duel(String title, List<Bout> bouts) {

    /**
     * One shape against one rival.
     *
     * @param shape for people
     * @param rival the other backend
     * @param ours our median, GFLOP/s
     * @param theirs the rival's median, GFLOP/s
     * @param ratio the median over the rounds of how many times as fast ours was
     * @param low a low quantile of the same, NaN if not told
     * @param high a high quantile of the same, NaN if not told
     */
    record Bout(String shape, String rival, double ours, double theirs, double ratio, double low, double high) {}

    Duel {
        bouts = List.copyOf(bouts);
    }

    /** The bouts of each shape, in their order, the rivals in that of the page. */
    Map<String, List<Bout>> byShape() {
        return bouts.stream()
                .sorted(Comparator.comparingInt(bout -> Backend.rank(bout.rival())))
                .collect(Collectors.groupingBy(Bout::shape, LinkedHashMap::new, Collectors.toList()));
    }

    /** For each shape the ratio to the rival that was hardest to beat. */
    List<Double> ratiosToTheFastest() {
        return byShape().values().stream()
                .map(some -> some.stream().mapToDouble(Bout::ratio).min().orElse(Double.NaN))
                .toList();
    }

    /** Geometric means by rival, and against the fastest rival of each shape; head as {@link Comparison#head}. */
    List<List<String>> summary() {
        Map<String, List<Double>> byRival = bouts.stream()
                .sorted(Comparator.comparingInt(bout -> Backend.rank(bout.rival())))
                .collect(Collectors.groupingBy(
                        Bout::rival, LinkedHashMap::new, Collectors.mapping(Bout::ratio, Collectors.toList())));
        List<List<String>> rows = new ArrayList<>();
        byRival.forEach((rival, ratios) -> rows.add(Comparison.row("vector against " + rival, ratios)));
        if (byRival.size() > 1) {
            rows.add(Comparison.row("vector against " + Comparison.BEST, ratiosToTheFastest()));
        }
        return rows;
    }

    List<String> head() {
        return List.of("shape", "against", "ours GFLOP/s", "theirs GFLOP/s", "times as fast", "of rounds");
    }

    List<List<String>> rows() {
        return byShape().values().stream()
                .flatMap(List::stream)
                .map(bout -> List.of(
                        bout.shape(),
                        bout.rival(),
                        Numbers.figure(bout.ours()),
                        Numbers.figure(bout.theirs()),
                        KernelTable.ratio(bout.ratio()),
                        Double.isNaN(bout.low())
                                ? ""
                                : KernelTable.ratio(bout.low()) + " to " + KernelTable.ratio(bout.high())))
                .toList();
    }

    /** Draws bars of the ratios. */
    void draw(Markup page) {
        new SvgRatios(title, byShape()).draw(page);
    }
}

package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Our products against those of the peers, in alternating rounds of one JVM.
 *
 * @param title what was compared
 * @param bouts one per shape and side of ours, at least one
 */
record Duel(String title, List<Bout> bouts) {
    static final String OVER_BLAS = "the faster of MKL and OpenBLAS";
    static final String OVER_FASTEST = "the fastest peer";

    /**
     * One shape. A ratio that was not measured is NaN.
     *
     * @param group suite and form
     * @param shape for people
     * @param ours the side of ours that is compared
     * @param gigaflops the median of each side
     * @param ofPeak the median over the rounds of our share of the peak
     * @param overBlas the median over the rounds of how many times as fast as MKL or OpenBLAS it was
     * @param overFastest the same to the fastest peer
     */
    record Bout(
            String group,
            String shape,
            String ours,
            Map<String, Double> gigaflops,
            double ofPeak,
            double overBlas,
            double overFastest) {

        double gigaflops(String side) {
            return gigaflops.getOrDefault(side, Double.NaN);
        }
    }

    Duel {
        bouts = List.copyOf(bouts);
    }

    /** The bouts by suite and form, in their order. */
    Map<String, List<Bout>> groups() {
        return bouts.stream()
                .collect(Collectors.groupingBy(
                        bout -> bout.group() + ", " + bout.ours(), LinkedHashMap::new, Collectors.toList()));
    }

    /** For each shape the ratio to the fastest peer, where there was one. */
    List<Double> ratiosToTheFastest() {
        return ratios(bouts, Bout::overFastest);
    }

    /** Geometric means by suite and form; head as {@link Comparison#head}. */
    List<List<String>> summary() {
        List<List<String>> rows = new ArrayList<>();
        groups().forEach((group, some) -> {
            addRow(rows, group + ": share of the peak", ratios(some, Bout::ofPeak));
            addRow(rows, group + ": over " + OVER_BLAS, ratios(some, Bout::overBlas));
            addRow(rows, group + ": over " + OVER_FASTEST, ratios(some, Bout::overFastest));
        });
        return rows;
    }

    private static void addRow(List<List<String>> rows, String name, List<Double> ratios) {
        if (!ratios.isEmpty()) {
            rows.add(Comparison.row(name, ratios));
        }
    }

    private static List<Double> ratios(List<Bout> bouts, ToDoubleFunction<Bout> ratio) {
        return bouts.stream()
                .map(ratio::applyAsDouble)
                .filter(value -> !value.isNaN())
                .toList();
    }

    List<String> head() {
        List<String> head = new ArrayList<>(List.of("shape"));
        sides().forEach(side -> head.add(side + " GFLOP/s"));
        head.addAll(List.of("of peak", "over BLAS", "over fastest"));
        return head;
    }

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        for (Bout bout : bouts) {
            List<String> row = new ArrayList<>(List.of(bout.group() + " " + bout.shape() + ", " + bout.ours()));
            sides().forEach(side -> row.add(Numbers.figure(bout.gigaflops(side))));
            row.add(Double.isNaN(bout.ofPeak()) ? "–" : Numbers.percent(bout.ofPeak()));
            row.add(KernelTable.ratio(bout.overBlas()));
            row.add(KernelTable.ratio(bout.overFastest()));
            rows.add(row);
        }
        return rows;
    }

    private Set<String> sides() {
        Set<String> sides = new LinkedHashSet<>();
        bouts.forEach(bout -> sides.addAll(bout.gigaflops().keySet()));
        return sides;
    }
}

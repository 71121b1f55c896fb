package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of our backends against each other backend over the cases of some kernels.
 *
 * @param ours the backend
 * @param ratios by the other's name: how many times as fast ours is, for each case that both have
 */
record Comparison(String ours, Map<String, List<Double>> ratios) {
    /** The name under which the fastest peer of each case stands. */
    static final String BEST = "the fastest of them";

    /** All comparisons of some kernels; none if there is nothing to compare. */
    static List<Comparison> of(List<Kernel> kernels) {
        Map<String, Map<String, List<Double>>> all = new LinkedHashMap<>();
        for (Kernel kernel : kernels) {
            for (Kernel.Case one : kernel.cases()) {
                one.results().stream()
                        .filter(result -> Backend.isOurs(result.backend()))
                        .forEach(ours ->
                                add(all.computeIfAbsent(ours.backend(), key -> new LinkedHashMap<>()), one, ours));
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        all.forEach((ours, ratios) -> {
            // the fastest of one peer is that peer
            if (ratios.keySet().stream().filter(Backend::isPeer).count() <= 2) {
                ratios.remove(BEST);
            }
            if (!ratios.isEmpty()) {
                comparisons.add(new Comparison(ours, ratios));
            }
        });
        return comparisons;
    }

    private static void add(Map<String, List<Double>> ratios, Kernel.Case one, Result ours) {
        for (Result other : one.results()) {
            if (!Backend.isOurs(other.backend())) {
                ratios.computeIfAbsent(other.backend(), key -> new ArrayList<>())
                        .add(Kernel.ratio(ours, other));
            }
        }
        one.rival(ours)
                .filter(rival -> Backend.isPeer(rival.backend()))
                .ifPresent(rival ->
                        ratios.computeIfAbsent(BEST, key -> new ArrayList<>()).add(Kernel.ratio(ours, rival)));
    }

    /** A row per pair of backends, then one per backend that was measured with teams of several sizes. */
    static List<List<String>> rows(List<Kernel> kernels) {
        List<List<String>> rows = new ArrayList<>();
        for (Comparison comparison : of(kernels)) {
            comparison
                    .ratios()
                    .forEach((other, values) -> rows.add(row(comparison.ours() + " against " + other, values)));
        }
        scaling(kernels).forEach((name, values) -> rows.add(row(name, values)));
        return rows;
    }

    /** How many times as fast a team is as one thread, by backend and size of the team. */
    static Map<String, List<Double>> scaling(List<Kernel> kernels) {
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        List<Result> all =
                kernels.stream().flatMap(kernel -> kernel.results().stream()).toList();
        for (Result team : all) {
            if (team.team() > 1) {
                all.stream()
                        .filter(one -> one.team() == 1 && one.withoutTeam().equals(team.withoutTeam()))
                        .findFirst()
                        .ifPresent(one -> ratios.computeIfAbsent(
                                        team.backend() + ", " + team.team() + " threads against one",
                                        key -> new ArrayList<>())
                                .add(Kernel.ratio(team, one)));
            }
        }
        return ratios;
    }

    /** The head of {@link #rows(List)}. */
    static List<String> head() {
        return List.of("times as fast", "geometric mean", "least", "greatest", "cases");
    }

    static List<String> row(String name, List<Double> values) {
        return List.of(
                name,
                KernelTable.ratio(Figure.geometricMean(values).orElse(Double.NaN)),
                KernelTable.ratio(values.stream().mapToDouble(v -> v).min().orElse(Double.NaN)),
                KernelTable.ratio(values.stream().mapToDouble(v -> v).max().orElse(Double.NaN)),
                String.valueOf(values.size()));
    }
}

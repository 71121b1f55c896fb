package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The results of one benchmark method: cases by parameters, in each the backends side by side.
 *
 * @param benchmark class and method
 * @param fixed the parameters that all cases share, for people; may be empty
 * @param cases at least one
 */
record Kernel(String benchmark, String fixed, List<Case> cases) {
    private static final String SCALAR = "scalar";

    /**
     * One set of parameters.
     *
     * @param params by name
     * @param label the parameters that tell it from the other cases; may be empty
     * @param results one per backend, in the order of the page
     */
    record Case(Map<String, String> params, String label, List<Result> results) {

        /** What one of our kernels is compared with: the fastest peer, or the scalar twin if there is none. */
        Optional<Result> rival(Result result) {
            if (!Backend.isOurs(result.backend())) {
                return Optional.empty();
            }
            return results.stream()
                    .filter(other -> Backend.isPeer(other.backend()))
                    .max(Comparator.comparingDouble(Kernel::callsPerSecond))
                    .or(() -> results.stream()
                            .filter(other -> other.backend().equals(SCALAR))
                            .findFirst());
        }
    }

    Kernel {
        cases = List.copyOf(cases);
    }

    /** How many times as fast one result is as another of the same case. */
    static double ratio(Result result, Result other) {
        return callsPerSecond(result) / callsPerSecond(other);
    }

    /** Groups results by benchmark, in their order. */
    static List<Kernel> of(List<Result> results) {
        Map<String, List<Result>> byBenchmark = results.stream()
                .collect(Collectors.groupingBy(
                        result -> result.benchmark() + (result.mode().equals("sample") ? ", sampled" : ""),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<Kernel> kernels = new ArrayList<>();
        byBenchmark.forEach((benchmark, own) -> kernels.add(of(benchmark, own)));
        return kernels;
    }

    private static Kernel of(String benchmark, List<Result> results) {
        Map<Map<String, String>, List<Result>> byParams = results.stream()
                .collect(Collectors.groupingBy(Kernel::allParams, LinkedHashMap::new, Collectors.toList()));
        Set<String> varied = varied(byParams.keySet());
        List<Case> cases = new ArrayList<>();
        byParams.forEach((params, own) -> cases.add(new Case(
                params,
                label(params, varied, true),
                own.stream().sorted(Backend.order()).toList())));
        return new Kernel(benchmark, label(byParams.keySet().iterator().next(), varied, false), cases);
    }

    /** This kernel in parts of at most so many cases, divided by its first parameters. */
    List<Kernel> parts(int most) {
        Set<String> varied =
                varied(cases.stream().map(Case::params).collect(Collectors.toCollection(LinkedHashSet::new)));
        if (cases.size() <= most || varied.size() < 2) {
            return List.of(this);
        }
        String divisor = varied.iterator().next();
        Map<String, List<Result>> parts = cases.stream()
                .collect(Collectors.groupingBy(
                        one -> one.params().getOrDefault(divisor, ""),
                        LinkedHashMap::new,
                        Collectors.flatMapping(one -> one.results().stream(), Collectors.toList())));
        return parts.values().stream()
                .flatMap(part -> of(benchmark, part).parts(most).stream())
                .toList();
    }

    /** All results, case by case. */
    List<Result> results() {
        return cases.stream().flatMap(one -> one.results().stream()).toList();
    }

    private static double callsPerSecond(Result result) {
        return result.score().perSecond().map(Figure::median).orElse(Double.NaN);
    }

    private static Map<String, String> allParams(Result result) {
        Map<String, String> params = new LinkedHashMap<>(result.params());
        if (result.callers() > 1) {
            params.put("callers", String.valueOf(result.callers()));
        }
        return params;
    }

    private static Set<String> varied(Set<Map<String, String>> all) {
        Set<String> names = new LinkedHashSet<>();
        all.forEach(params -> names.addAll(params.keySet()));
        names.removeIf(name -> all.stream()
                        .map(params -> params.getOrDefault(name, ""))
                        .distinct()
                        .count()
                == 1);
        return names;
    }

    private static String label(Map<String, String> params, Set<String> varied, boolean those) {
        return params.entrySet().stream()
                .filter(param -> varied.contains(param.getKey()) == those)
                .map(param -> param.getKey() + " " + param.getValue())
                .collect(Collectors.joining(", "));
    }
}

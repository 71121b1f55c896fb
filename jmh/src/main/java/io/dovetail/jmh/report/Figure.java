package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * What was measured, fork by fork. A fork counts once, as the median of its iterations: forks differ by what the
 * compiler made of the code, which is what a reader wants to know, and the median of forks is no mean of good and bad ones.
 *
 * @param unit as JMH names it, for instance {@code us/op} or {@code ops/s}
 * @param forks the median of each fork, at least one
 */
record Figure(String unit, List<Double> forks) {
    private static final String PER_CALL = "/op";
    private static final String CALLS_PER = "ops/";
    private static final Map<String, Double> SECONDS =
            Map.of("ns", 1e-9, "us", 1e-6, "ms", 1e-3, "s", 1.0, "min", 60.0, "hr", 3600.0, "day", 86_400.0);

    Figure {
        forks = List.copyOf(forks);
        if (forks.isEmpty()) {
            throw new IllegalArgumentException("a figure in " + unit + " of no fork");
        }
    }

    double median() {
        return median(forks);
    }

    double least() {
        return forks.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    double greatest() {
        return forks.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** A figure by another measure. */
    Figure map(String newUnit, DoubleUnaryOperator conversion) {
        return new Figure(
                newUnit,
                forks.stream().map(fork -> conversion.applyAsDouble(fork)).toList());
    }

    /** The same benchmark in more forks. */
    Figure and(Figure other) {
        List<Double> all = new ArrayList<>(forks);
        all.addAll(other.forks);
        return new Figure(unit, all);
    }

    /** Whether it is a time, of which less is better. */
    boolean isTime() {
        return unit.endsWith(PER_CALL) && SECONDS.containsKey(unit.substring(0, unit.length() - PER_CALL.length()));
    }

    /** As operations per second, if it is a rate or a time. */
    Optional<Figure> perSecond() {
        if (isTime()) {
            double seconds = seconds(unit.substring(0, unit.length() - PER_CALL.length()));
            return Optional.of(map("ops/s", time -> 1 / (time * seconds)));
        }
        if (unit.startsWith(CALLS_PER) && SECONDS.containsKey(unit.substring(CALLS_PER.length()))) {
            double seconds = seconds(unit.substring(CALLS_PER.length()));
            return Optional.of(map("ops/s", rate -> rate / seconds));
        }
        return Optional.empty();
    }

    private static double seconds(String unit) {
        return SECONDS.getOrDefault(unit, Double.NaN);
    }

    /** The middle value, or the mean of the two in the middle; values that are no numbers do not count. */
    static double median(List<Double> values) {
        double[] sorted = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(v -> !Double.isNaN(v))
                .toArray();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** The geometric mean of the values above 0, if there is any. */
    static OptionalDouble geometricMean(List<Double> values) {
        OptionalDouble logarithm = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(v -> v > 0)
                .map(Math::log)
                .average();
        return logarithm.isPresent() ? OptionalDouble.of(Math.exp(logarithm.getAsDouble())) : logarithm;
    }
}

package io.dovetail.app.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The values of one line, or of the bars of one colour.
 *
 * @param name what a legend calls it
 * @param values one per position; NaN where there is none
 * @param margins half the width of the interval around each value; NaN or nothing where there is none
 */
record Series(String name, List<Double> values, List<Double> margins) {
    Series {
        values = List.copyOf(values);
        margins = List.copyOf(margins);
    }

    Series(String name, List<Double> values) {
        this(name, values, List.of());
    }

    static Series of(String name, double... values) {
        return new Series(name, Arrays.stream(values).boxed().toList());
    }

    /** The value at a position, NaN beyond the last. */
    double at(int position) {
        return position < values.size() ? values.get(position) : Double.NaN;
    }

    /** Half the width of the interval at a position; NaN where there is none. */
    double margin(int position) {
        return position < margins.size() ? margins.get(position) : Double.NaN;
    }

    /** All that a scale must hold: values and the ends of their intervals. */
    static DoubleStream all(List<Series> series) {
        return series.stream()
                .flatMapToDouble(s -> IntStream.range(0, s.values.size())
                        .mapToObj(position -> s.ends(position))
                        .flatMapToDouble(ends -> ends));
    }

    private DoubleStream ends(int position) {
        double margin = Double.isFinite(margin(position)) ? margin(position) : 0;
        return DoubleStream.of(at(position) - margin, at(position) + margin);
    }
}

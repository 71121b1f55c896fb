package io.dovetail.app.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The values of one line, or of the bars of one colour.
 *
 * @param name what a legend calls it
 * @param values one per position; NaN where there is none
 */
record Series(String name, List<Double> values) {
    Series {
        values = List.copyOf(values);
    }

    static Series of(String name, double... values) {
        return new Series(name, Arrays.stream(values).boxed().toList());
    }

    /** The value at a position, NaN beyond the last. */
    double at(int position) {
        return position < values.size() ? values.get(position) : Double.NaN;
    }

    static DoubleStream all(List<Series> series) {
        return series.stream().flatMap(s -> s.values().stream()).mapToDouble(Double::doubleValue);
    }
}

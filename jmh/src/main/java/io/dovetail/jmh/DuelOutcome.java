package io.dovetail.jmh;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * What came of one shape.
 *
 * @param suite layers, fused or square
 * @param shape the product
 * @param gigaflops by side, in each round; one side is {@link #PEAK}
 * @param peers those of the sides that are peers
 */
record DuelOutcome(String suite, GemmShape shape, Map<String, double[]> gigaflops, List<String> peers) {

    /** The machine's peak, of as many threads as the teams have. */
    static final String PEAK = "peak";

    /** What most programs would call instead: the peers by which the bar is set. */
    private static final List<String> BLAS = List.of("mkl", "openblas");

    /** {@return the median of each side} */
    Map<String, Double> medians() {
        Map<String, Double> medians = new LinkedHashMap<>();
        gigaflops.forEach((side, rates) -> medians.put(side, Duel.median(rates)));
        return medians;
    }

    /** {@return the median of the peak} */
    double peak() {
        return Duel.median(rates(PEAK));
    }

    /** {@return a side's share of the machine's peak} */
    double shareOfPeak(String side) {
        return Duel.medianRatio(rates(side), rates(PEAK));
    }

    /** {@return a side by the faster of MKL and OpenBLAS, if one was measured} */
    OptionalDouble overBlas(String side) {
        return overFastest(side, BLAS.stream().filter(peers::contains).toList());
    }

    /** {@return a side by the fastest peer, if one was measured} */
    OptionalDouble overFastest(String side) {
        return overFastest(side, peers);
    }

    /** The geometric mean of a ratio over those outcomes that have it. */
    static OptionalDouble geometricMean(Collection<DuelOutcome> outcomes, Function<DuelOutcome, OptionalDouble> ratio) {
        double[] logarithms = outcomes.stream()
                .map(ratio)
                .flatMapToDouble(OptionalDouble::stream)
                .map(Math::log)
                .toArray();
        return logarithms.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.exp(DoubleStream.of(logarithms).sum() / logarithms.length));
    }

    private OptionalDouble overFastest(String side, List<String> others) {
        double best = 0;
        OptionalDouble ratio = OptionalDouble.empty();
        for (String other : others) {
            double median = Duel.median(rates(other));
            if (median > best) {
                best = median;
                ratio = OptionalDouble.of(Duel.medianRatio(rates(side), rates(other)));
            }
        }
        return ratio;
    }

    private double[] rates(String side) {
        double[] rates = gigaflops.get(side);
        if (rates == null) {
            throw new IllegalArgumentException("side: one of " + gigaflops.keySet() + ", got " + side);
        }
        return rates;
    }
}

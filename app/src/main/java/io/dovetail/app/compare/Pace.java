package io.dovetail.app.compare;

import java.util.HashMap;
import java.util.Map;

/** How long is left, from how long pieces of work of the same kind took. Not thread-safe. */
final class Pace {
    private final Map<String, double[]> sums = new HashMap<>();
    private final Map<String, Integer> open = new HashMap<>();

    /** A piece of a kind is to be done. */
    void add(String kind) {
        open.merge(kind, 1, Integer::sum);
    }

    /** A piece is done. */
    void done(String kind, double seconds) {
        open.merge(kind, -1, Integer::sum);
        double[] sum = sums.computeIfAbsent(kind, _ -> new double[2]);
        sum[0] += seconds;
        sum[1]++;
    }

    /**
     * The time that is left.
     *
     * @return seconds for all open pieces: each the mean of its kind, or of all kinds where its own has none; NaN while none
     *     is done
     */
    double left() {
        double all = sums.values().stream().mapToDouble(sum -> sum[0]).sum()
                / sums.values().stream().mapToDouble(sum -> sum[1]).sum();
        return open.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .mapToDouble(entry -> {
                    double[] sum = sums.get(entry.getKey());
                    return entry.getValue() * (sum == null ? all : sum[0] / sum[1]);
                })
                .sum();
    }
}

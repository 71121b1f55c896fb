package io.dovetail.jmh.search;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a side of a duel gave.
 *
 * @param name of the side
 * @param buildSeconds time to build, on one thread
 * @param bytes of index and vectors
 * @param points by ascending effort
 */
public record SearchCurve(String name, double buildSeconds, long bytes, List<Point> points) {

    /**
     * An effort.
     *
     * @param effort in the side's words
     * @param recall recall@k
     * @param qps queries per second on one thread, median of the rounds
     * @param p50us time that half of the queries did not exceed, in microseconds
     * @param p99us time that 99 % did not
     * @param p999us time that 99.9 % did not
     */
    public record Point(String effort, double recall, double qps, double p50us, double p99us, double p999us) {}

    /** {@return the fastest point with at least a recall} */
    Optional<Point> at(double recall) {
        return points.stream().filter(point -> point.recall >= recall).max(Comparator.comparingDouble(Point::qps));
    }
}

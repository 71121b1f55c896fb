package io.dovetail.jmh.search;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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
     * @param batchQps the same when all queries are handed over at once; 0 if the side has no such call
     * @param p50us time that half of the queries did not exceed, in microseconds
     * @param p99us time that 99 % did not
     * @param p999us time that 99.9 % did not
     */
    public record Point(
            String effort, double recall, double qps, double batchQps, double p50us, double p99us, double p999us) {}

    /** {@return the fastest point with at least a recall} */
    Optional<Point> at(double recall) {
        return points.stream().filter(point -> point.recall >= recall).max(Comparator.comparingDouble(Point::qps));
    }

    /** {@return the most queries per second of a batch with at least a recall; empty if none was answered at once} */
    OptionalDouble batchQps(double recall) {
        return points.stream()
                .filter(point -> point.recall >= recall && point.batchQps > 0)
                .mapToDouble(Point::batchQps)
                .max();
    }
}

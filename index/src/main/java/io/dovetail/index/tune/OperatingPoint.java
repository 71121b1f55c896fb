package io.dovetail.index.tune;

import io.dovetail.index.SearchParams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * What some search parameters give, and what they cost.
 *
 * @param params the parameters
 * @param recall recall@k, in [0, 1]
 * @param micros time of a query, one at a time on one thread, in microseconds
 */
public record OperatingPoint(SearchParams params, double recall, double micros) {

    /** {@return queries per second on one thread} */
    public double queriesPerSecond() {
        return 1e6 / micros;
    }

    /**
     * The Pareto front: the points to which no other is at least equal in recall and cheaper.
     *
     * @param points any points
     * @return those of the front, by ascending recall, and so by ascending time
     */
    public static List<OperatingPoint> front(List<OperatingPoint> points) {
        return near(points, 1);
    }

    /**
     * The points near the front: those whose time is at most so many times that of the cheapest with at least their recall.
     *
     * @param points any points
     * @param slack at least 1; with 1 these are the front
     * @return by ascending recall
     */
    static List<OperatingPoint> near(List<OperatingPoint> points, double slack) {
        List<OperatingPoint> best = new ArrayList<>(points);
        best.sort(Comparator.comparingDouble(OperatingPoint::recall)
                .reversed()
                .thenComparingDouble(OperatingPoint::micros));
        List<OperatingPoint> near = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (OperatingPoint point : best) {
            if (point.micros < slack * least) {
                near.add(point);
                least = Math.min(least, point.micros);
            }
        }
        Collections.reverse(near);
        return near;
    }
}

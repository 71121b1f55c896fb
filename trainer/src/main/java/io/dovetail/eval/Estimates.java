package io.dovetail.eval;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model's figures over its seeds.
 *
 * @param users number of users ranked with each seed
 * @param byMeasure mean and interval of every measure
 */
public record Estimates(int users, Map<Measure, Estimate> byMeasure) {

    /** Copies the map. */
    public Estimates {
        byMeasure = Collections.unmodifiableMap(new EnumMap<>(byMeasure));
    }

    /**
     * The estimates from the figures of each seed.
     *
     * @param seeds one for each seed, of the same users
     * @return means and intervals; of no seed NaN
     */
    public static Estimates of(List<Metrics> seeds) {
        Map<Measure, Estimate> byMeasure = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            byMeasure.put(
                    measure, Estimate.of(seeds.stream().mapToDouble(measure::of).toArray()));
        }
        return new Estimates(seeds.isEmpty() ? 0 : seeds.getFirst().users(), byMeasure);
    }

    /** {@return the estimate of a measure} */
    public Estimate of(Measure measure) {
        return Objects.requireNonNull(byMeasure.get(measure));
    }
}

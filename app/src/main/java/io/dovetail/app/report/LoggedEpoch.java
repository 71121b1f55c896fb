package io.dovetail.app.report;

import io.dovetail.train.EpochReport.Phase;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An epoch as a run's log keeps it.
 *
 * @param phase part of the training
 * @param epoch its number in the phase, from 1
 * @param time when it ended
 * @param best whether it was the best so far
 * @param figures all numbers by name; those of a group have its name and a slash before, as {@code valid/hr@100}
 * @param warnings that were given since the epoch before
 */
public record LoggedEpoch(
        Phase phase, int epoch, Instant time, boolean best, Map<String, Double> figures, List<String> warnings) {

    /** Copies the arguments, in their order. */
    public LoggedEpoch {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        warnings = List.copyOf(warnings);
    }

    /** {@return a figure, or NaN if this has none of the name} */
    public double figure(String name) {
        return figures.getOrDefault(name, Double.NaN);
    }
}

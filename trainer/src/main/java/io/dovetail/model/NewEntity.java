package io.dovetail.model;

import java.util.List;
import java.util.Map;

/**
 * A user or an item that training never saw, described by what is known of it.
 *
 * @param features raw values by column name, as they would stand in the data set; missing and unseen values are fine
 * @param history items a user has had, in time order; empty for an item
 * @param category row of an item's category, or {@link #UNKNOWN}; not used for users
 */
public record NewEntity(Map<String, String> features, List<Integer> history, int category) {

    /** Stands for a category that is not known. */
    public static final int UNKNOWN = -1;

    /** Copies the arguments. */
    public NewEntity {
        features = Map.copyOf(features);
        history = List.copyOf(history);
        if (category < UNKNOWN) {
            throw new IllegalArgumentException("category: must be a row, or UNKNOWN (-1), is " + category);
        }
    }

    /**
     * A user, or an item whose category is not known.
     *
     * @param features raw values by column name
     * @param history items a user has had, in time order; empty for an item
     */
    public NewEntity(Map<String, String> features, List<Integer> history) {
        this(features, history, UNKNOWN);
    }
}

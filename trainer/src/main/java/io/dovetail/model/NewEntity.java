package io.dovetail.model;

import java.util.List;
import java.util.Map;

/**
 * A user or an item that training never saw, described by what is known of it.
 *
 * @param features raw values by column name, as they would stand in the data set; missing and unseen values are fine
 * @param history items a user has had, in time order; empty for an item
 */
public record NewEntity(Map<String, String> features, List<Integer> history) {

    /** Copies the arguments. */
    public NewEntity {
        features = Map.copyOf(features);
        history = List.copyOf(history);
    }
}

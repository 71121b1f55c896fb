package io.dovetail.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the last layer of both towers does before the L2 norm, and how a score becomes a logit. */
public enum Head {
    /** ReLU on the last layer, logit = score: the paper's Eq. 1. Scores lie in [0, 1]. */
    RELU,
    /** No activation on the last layer, logit = score. */
    LINEAR,
    /** No activation on the last layer, logit = w * score + b with learned w and b; serving ranks by the score alone. */
    LINEAR_SCALED;

    /** {@return the name used in configurations, as {@code linear-scaled}} */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The head of a name.
     *
     * @param key as {@link #key} gives it
     * @return the head
     * @throws IllegalArgumentException naming the choices
     */
    public static Head of(String key) {
        return Arrays.stream(values())
                .filter(head -> head.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("head: '" + key + "' is none of "
                        + Arrays.stream(values()).map(Head::key).collect(Collectors.joining(", "))));
    }
}

package io.dovetail.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What follows the last layer of both towers, and how a score becomes a logit. */
public enum Head {
    /** ReLU on the last layer, then the L2 norm; logit = score: the paper's Eq. 1. Scores lie in [0, 1]. */
    RELU,
    /** No activation, then the L2 norm; logit = score. */
    LINEAR,
    /** The same with logit = w * score + b, w and b learned; serving ranks by the score alone. */
    LINEAR_SCALED,
    /** No activation and no norm; logit = score, an inner product of vectors of any length. */
    DOT,
    /**
     * No layers: a factorization machine (Rendle, ICDM 2010, Eq. 1) as an inner product; see {@link Factorization}. Logit =
     * score.
     */
    FACTORIZATION;

    /** {@return whether vectors have length 1, or 0 if they are all zero} */
    public boolean isUnit() {
        return this != DOT && this != FACTORIZATION;
    }

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

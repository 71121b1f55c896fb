package io.dovetail.recommend;

import io.dovetail.index.SearchParams;
import java.util.Set;

/**
 * What to recommend.
 *
 * @param params what the search may spend
 * @param categories names of the categories to choose from; empty for all
 * @param seen what becomes of items that the user has had
 */
public record Query(SearchParams params, Set<String> categories, Seen seen) {

    /** What becomes of items that a user has had. */
    public enum Seen {
        /** They may be recommended again. */
        INCLUDE,
        /** They are left out, inside the search. */
        EXCLUDE
    }

    /** Copies the categories. */
    public Query {
        categories = Set.copyOf(categories);
    }

    /**
     * Any category, without what the user has had.
     *
     * @param params what the search may spend
     * @return the query
     */
    public static Query unseen(SearchParams params) {
        return new Query(params, Set.of(), Seen.EXCLUDE);
    }

    /**
     * The same query within some categories.
     *
     * @param names of the categories; empty for all
     * @return the copy
     */
    public Query within(Set<String> names) {
        return new Query(params, names, seen);
    }

    /**
     * The same query with another choice of what becomes of seen items.
     *
     * @param choice the choice
     * @return the copy
     */
    public Query with(Seen choice) {
        return new Query(params, categories, choice);
    }
}

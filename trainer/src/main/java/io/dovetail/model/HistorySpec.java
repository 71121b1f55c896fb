package io.dovetail.model;

import java.util.List;

/**
 * What the user tower knows of a user's items: means of the embeddings of the latest ones. {@link InterestSpec} says more.
 *
 * @param lengths how many of the latest items each mean is of; none for no history; each in [1, 65536]
 * @param table whose embeddings these are, and those that interests are made of
 */
public record HistorySpec(List<Integer> lengths, Table table) {

    /** Whose embeddings a mean is of. */
    public enum Table {
        /** Each mean has a table of its own. */
        OWN,
        /** The embeddings of the item tower's ids: what is learned of an item on one side serves the other. */
        ITEM_ID
    }

    /** Checks the lengths. */
    public HistorySpec {
        lengths = List.copyOf(lengths);
        if (!lengths.stream().allMatch(ModelSpec::isSize)
                || lengths.stream().distinct().count() < lengths.size()) {
            throw new IllegalArgumentException("history: must be different numbers of items, each in [1, "
                    + ModelSpec.MOST + "], or none; is " + lengths);
        }
    }

    /** {@return no history} */
    public static HistorySpec none() {
        return new HistorySpec(List.of(), Table.OWN);
    }

    /**
     * Means with tables of their own.
     *
     * @param lengths of how many items
     * @return the history
     */
    public static HistorySpec of(Integer... lengths) {
        return new HistorySpec(List.of(lengths), Table.OWN);
    }

    /** {@return the name of the table of a pool whose own table has the given name} */
    String tableOr(String own) {
        return switch (table) {
            case OWN -> own;
            case ITEM_ID -> TowerInputs.ITEM_ID;
        };
    }
}

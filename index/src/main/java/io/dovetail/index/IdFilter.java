package io.dovetail.index;

import java.util.Optional;

/** Which ids a search may find. Called on the searching thread for each candidate; must not allocate to stay cheap. */
@FunctionalInterface
public interface IdFilter {

    /**
     * Whether an id may be found.
     *
     * @param id an external id
     * @return true if it may
     */
    boolean accepts(long id);

    /**
     * Whether a row of an index may be found. A search asks this; by default it is a question of the row's id. A filter that
     * can tell by the row spares the search a random read of the id.
     *
     * @param index the index that is searched
     * @param row of a vector, in [0, size)
     * @return true if it may
     */
    default boolean acceptsRow(IvfPqIndex index, int row) {
        return accepts(index.id(row));
    }

    /**
     * What is known beforehand of the rows that may be found.
     *
     * @param index the index that is searched
     * @return a set of rows of that index outside which {@link #acceptsRow} accepts none; empty, as by default, if nothing
     *     is known
     */
    default Optional<RowSet> prepared(IvfPqIndex index) {
        return Optional.empty();
    }

    /** {@return the filter that accepts every id} */
    static IdFilter all() {
        return Everything.INSTANCE;
    }

    /** The filter that accepts every id. */
    enum Everything implements IdFilter {
        /** The only one. */
        INSTANCE;

        @Override
        public boolean accepts(long id) {
            return true;
        }

        @Override
        public boolean acceptsRow(IvfPqIndex index, int row) {
            return true;
        }
    }
}

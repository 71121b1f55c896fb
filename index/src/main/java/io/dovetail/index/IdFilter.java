package io.dovetail.index;

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
    }
}

package io.dovetail.index;

/**
 * A set of ids that alone a search may find. Make a {@link RowSet} of it where it is used more than once with an index: a
 * search then knows where they are. Immutable.
 */
public final class AllowedIds implements IdFilter {

    private final IdSet ids;

    private AllowedIds(IdSet ids) {
        this.ids = ids;
    }

    /**
     * A set of these ids.
     *
     * @param ids the ids; one that stands twice counts once
     * @return the set
     */
    public static AllowedIds of(long... ids) {
        return new AllowedIds(IdSet.of(ids));
    }

    @Override
    public boolean accepts(long id) {
        return ids.contains(id);
    }
}

package io.dovetail.index;

/**
 * A set of ids that a search must not find, such as what a user has seen. Reusable: {@link #clear} keeps the memory. Not
 * thread-safe while it changes.
 */
public final class ExcludedIds implements IdFilter {

    private final IdSet ids;

    private ExcludedIds(IdSet ids) {
        this.ids = ids;
    }

    /** An empty set. */
    public ExcludedIds() {
        this(new IdSet());
    }

    /**
     * A set of these ids.
     *
     * @param ids the ids
     * @return the set
     */
    public static ExcludedIds of(long... ids) {
        return new ExcludedIds(IdSet.of(ids));
    }

    /**
     * Adds an id.
     *
     * @param id any number
     */
    public void add(long id) {
        ids.add(id);
    }

    /** Forgets all ids. */
    public void clear() {
        ids.clear();
    }

    @Override
    public boolean accepts(long id) {
        return !ids.contains(id);
    }
}

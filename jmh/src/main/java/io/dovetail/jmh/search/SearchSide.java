package io.dovetail.jmh.search;

import java.io.IOException;
import java.util.List;

/** A library that has indexed the vectors of a duel, and answers its queries on the caller's thread. */
interface SearchSide extends AutoCloseable {

    /** {@return what it is called} */
    String name();

    /** {@return what a search may spend, ascending, in the side's own words} */
    List<String> efforts();

    /**
     * Searches.
     *
     * @param query number of the query
     * @param effort number of the effort
     * @param found receives the ids, best first
     */
    void search(int query, int effort, long[] found) throws IOException;

    /** {@return how long the index took to build, in seconds, on one thread} */
    double buildSeconds();

    /** {@return bytes of index and vectors} */
    long bytes();

    @Override
    void close() throws IOException;
}

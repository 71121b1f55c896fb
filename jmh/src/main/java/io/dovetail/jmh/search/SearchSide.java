package io.dovetail.jmh.search;

import io.dovetail.index.Neighbors;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** A library that has indexed the vectors of a duel, and answers all its queries on one thread. */
interface SearchSide extends AutoCloseable {

    /** {@return what it is called} */
    String name();

    /** {@return what a search may spend, ascending, in the side's own words} */
    List<String> efforts();

    /**
     * Answers the queries one at a time.
     *
     * @param effort number of the effort
     * @param found receives by query the ids, best first, and -1 where there are fewer
     * @param nanos receives by query how long it took
     */
    void answer(int effort, long[][] found, long[] nanos) throws IOException;

    /**
     * Answers all queries with one call, in any order.
     *
     * @param effort number of the effort
     * @return how long it took in nanoseconds; empty if there is no such call
     */
    default OptionalLong answerAtOnce(int effort) throws IOException {
        return OptionalLong.empty();
    }

    /**
     * Of the searches to come, only members count. Efforts may change.
     *
     * @param members by vector, whether a filter accepts it
     * @param truth the true neighbours among them of the queries to tune by
     */
    default void accept(boolean[] members, Neighbors truth) throws IOException {
        throw new IllegalArgumentException("--accept: " + name() + " is not measured with filters");
    }

    /** {@return how long the index took to build, in seconds, on one thread} */
    double buildSeconds();

    /** {@return bytes of index and vectors} */
    long bytes();

    @Override
    void close() throws IOException;
}

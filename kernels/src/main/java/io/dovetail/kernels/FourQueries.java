package io.dovetail.kernels;

import java.util.Arrays;

/**
 * Up to four queries that look up the same codes, reusable: where the tables of each begin, and what is added to its sums. For
 * {@link ScanKernels#scanForFour}. Allocates nothing. Not thread-safe.
 */
public final class FourQueries {

    /** The most queries. */
    public static final int COUNT = 4;

    private final long[] tables = new long[COUNT];
    private final int[] raises = new int[COUNT];
    private int size;

    /** No queries. */
    public FourQueries() {}

    /** Forgets all queries. */
    public void clear() {
        size = 0;
    }

    /**
     * Adds a query, of which there must be fewer than {@value #COUNT} yet. Places behind it are the same query once more, as four
     * take the time of one.
     *
     * @param offset byte at which its tables begin, at least 0
     * @param raise added to each of its sums, at least 0
     */
    public void add(long offset, int raise) {
        if (size == COUNT || offset < 0 || raise < 0) {
            throw new IllegalArgumentException("four queries: tables from byte " + offset + ", raised by " + raise
                    + ", after " + size + " others");
        }
        Arrays.fill(tables, size, COUNT, offset);
        Arrays.fill(raises, size, COUNT, raise);
        size++;
    }

    /** {@return the number of queries} */
    public int size() {
        return size;
    }

    /** Refuses tables that are not within so many bytes, and raises that are more than fit. */
    void check(long bytes, long each, int mostRaise) {
        for (int i = 0; i < size; i++) {
            if (bytes - tables[i] < each || raises[i] > mostRaise) {
                throw new IllegalArgumentException("scan: tables of " + each + " bytes from byte " + tables[i] + " of "
                        + bytes + ", raised by " + raises[i]);
            }
        }
    }

    /** Where the tables begin; behind the last query those of the last. */
    long[] tables() {
        return tables;
    }

    /** What is added to sums; behind the last query that of the last. */
    int[] raises() {
        return raises;
    }
}

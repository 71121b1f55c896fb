package io.dovetail.jmh.search;

import java.io.IOException;

/** A side that is called in this JVM, a query at a time. */
abstract class CalledSide implements SearchSide {

    @Override
    public final void answer(int effort, long[][] found, long[] nanos) throws IOException {
        long last = System.nanoTime();
        for (int query = 0; query < nanos.length; query++) {
            search(query, effort, found[query]);
            long now = System.nanoTime();
            nanos[query] = now - last;
            last = now;
        }
    }

    /** Answers a query. */
    abstract void search(int query, int effort, long[] found) throws IOException;
}

package io.dovetail.index.live;

import io.dovetail.index.IvfPqSearcher;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One who reads: the cell that says which rows it reads, and the hand-over of searchers of new generations. */
final class Reader extends Published.Cell {

    /** A searcher and what it searches. */
    record Probe(Generation generation, IvfPqSearcher searcher) {
        static Probe of(Generation generation) {
            return new Probe(generation, generation.index().searcher());
        }
    }

    /** Made for this reader before its generation is visible. */
    final AtomicReference<@Nullable Probe> prepared = new AtomicReference<>();

    /** No longer needed; closing it is left to others, since it takes the time of a handshake with all threads. */
    final AtomicReference<@Nullable Probe> outworn = new AtomicReference<>();

    /** Closes what a reader was handed or has handed back. */
    static void close(AtomicReference<@Nullable Probe> cell) {
        replace(cell, null);
    }

    /** Puts something into a cell and closes what was in it. */
    static void replace(AtomicReference<@Nullable Probe> cell, @Nullable Probe next) {
        Probe before = cell.getAndSet(next);
        if (before != null) {
            before.searcher.close();
        }
    }
}

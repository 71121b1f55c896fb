package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.TopK;
import io.dovetail.index.live.Reader.Probe;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes views, and frees memory when nobody reads it any more.
 *
 * <p>The protocol is that of hazard pointers (Michael, "Hazard pointers: safe memory reclamation for lock-free objects", 2004)
 * with one cell a reader. A reader reads the view, writes its rows into the cell, and reads the view again: if the rows are
 * still the same, they were current when the cell held them. Who replaces rows publishes the new view first and looks at the
 * cells afterwards. All four are volatile, so in the one order of them all either the reader sees the new view, or its
 * cell is seen. A reader repeats only when rows were replaced in between; it waits for nobody.
 *
 * <p>Rows lead to a generation, and several rows in turn to the same. So they are freed in the order in which they were
 * replaced: when a generation is, all rows that lead to it have been.
 */
final class Readers {

    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long NAP_NS = 50_000L;
    private static final int WARM_UPS = 4;

    /** Rows that have been replaced, and whether their generation has been with them. */
    private record Replaced(LiveRows rows, boolean withGeneration) {
        void free() {
            rows.free();
            if (withGeneration) {
                rows.generation().free();
            }
        }
    }

    private final ArrayDeque<Replaced> replaced = new ArrayDeque<>();
    private volatile @Nullable View view;
    private volatile Reader[] readers = new Reader[0];

    /** Begins with a view. */
    Readers(View first) {
        view = first;
    }

    /** {@return the newest view} */
    View view() {
        View newest = view;
        if (newest == null) {
            throw new IllegalStateException("live index: it is closed; open it again");
        }
        return newest;
    }

    boolean isOpen() {
        return view != null;
    }

    /** Pins the newest view: its memory lives until {@link #unpin}. */
    View pin(Reader reader) {
        View seen = view();
        while (true) {
            reader.pinned = seen.rows();
            View newest = view;
            if (newest == null) {
                reader.pinned = null;
                return view(); // throws
            }
            if (newest.rows() == seen.rows()) {
                return newest;
            }
            seen = newest;
        }
    }

    void unpin(Reader reader) {
        reader.pinned = null;
    }

    synchronized Reader register() {
        Reader reader = new Reader();
        Reader[] more = Arrays.copyOf(readers, readers.length + 1);
        more[readers.length] = reader;
        readers = more;
        return reader;
    }

    synchronized void deregister(Reader reader) {
        readers = Arrays.stream(readers).filter(other -> other != reader).toArray(Reader[]::new);
        Reader.close(reader.prepared);
        Reader.close(reader.outworn);
    }

    /** Makes a searcher of a generation for each reader, and searches with it. */
    synchronized void prepare(Generation generation) {
        IvfPqIndex index = generation.index();
        TopK top = new TopK(1);
        try (Arena arena = Arena.ofConfined()) {
            Matrix query = Matrix.allocate(arena, 1, index.dimension());
            for (Reader reader : readers) {
                Probe probe = Probe.of(generation);
                for (int i = 0; i < WARM_UPS; i++) {
                    int row = (int) ((long) i * index.size() / WARM_UPS);
                    index.vectors().copyRow(row, query, 0);
                    probe.searcher().search(query, 1, index.defaults(), top);
                }
                Reader.close(reader.outworn);
                Reader.replace(reader.prepared, probe);
            }
        }
    }

    /** Makes a view the newest one. Only who holds the write lock publishes. */
    void publish(View next) {
        View before = view();
        view = next;
        if (before.rows() != next.rows()) {
            replace(before.rows(), before.generation() != next.generation());
        }
    }

    private synchronized void replace(LiveRows rows, boolean withGeneration) {
        replaced.add(new Replaced(rows, withGeneration));
        free();
    }

    /** Frees what nobody reads. {@return whether all that was replaced is freed} */
    synchronized boolean free() {
        Replaced first = replaced.peek();
        while (first != null && !isPinned(first.rows)) {
            replaced.remove().free();
            first = replaced.peek();
        }
        return first == null;
    }

    private boolean isPinned(LiveRows rows) {
        for (Reader reader : readers) {
            if (reader.pinned == rows) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until all that was replaced is freed: until the searches under way have ended. Gives up on searches that go on
     * for seconds, such as one in a debugger; what they leave is freed when rows are replaced again.
     *
     * @return whether all is freed
     */
    boolean awaitFree() {
        long began = System.nanoTime();
        while (!free()) {
            if (System.nanoTime() - began > PATIENCE_NS) {
                return false;
            }
            LockSupport.parkNanos(this, NAP_NS);
        }
        return true;
    }

    /** Ends the searches to come, waits for those under way, and frees all. Idempotent. */
    void close() {
        synchronized (this) {
            View last = view;
            view = null;
            if (last != null) {
                replaced.add(new Replaced(last.rows(), true));
            }
        }
        if (!awaitFree()) {
            throw new IllegalStateException("live index: closed, but a search has been under way for 10 seconds;"
                    + " its memory is freed by closing once more");
        }
    }
}

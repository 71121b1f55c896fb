package io.dovetail.index.live;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Publishes snapshots of what changes, and frees the memory that they lead to when nobody reads it any more.
 *
 * <p>The protocol is that of hazard pointers (Michael, "Hazard pointers: safe memory reclamation for lock-free objects", 2004)
 * with one cell a reader. A reader reads the snapshot, writes its memory into the cell, and reads the snapshot again: if the
 * memory is still the same, it was current when the cell held it. Who replaces memory publishes the new snapshot first and looks
 * at the cells afterwards. All four are volatile, so in the one order of them all either the reader sees the new snapshot, or its
 * cell is seen. A reader repeats only when memory was replaced in between; it waits for nobody.
 *
 * <p>Memory is freed in the order in which it was replaced: what several snapshots share is freed with the last of them.
 *
 * @param <S> a snapshot
 * @param <C> what a reader pins with
 */
@SuppressWarnings("ReferenceEquality") // memory and cells are told apart by what they are, not by what they hold
class Published<S extends Published.Snapshot<S>, C extends Published.Cell> {

    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long NAP_NS = 50_000L;

    /** What is published. It does not change. */
    interface Snapshot<S> {

        /** {@return what is pinned: memory that several snapshots may lead to} */
        Object memory();

        /**
         * Frees the memory, which nobody reads any more.
         *
         * @param next the snapshot of other memory that took its place; null if there is none
         */
        void free(@Nullable S next);
    }

    /** Says what memory a reader reads; null between reads. */
    static class Cell {
        private volatile @Nullable Object pinned;
    }

    private record Replaced<S extends Snapshot<S>>(
            S last, @Nullable S next) {}

    private final ArrayDeque<Replaced<S>> replaced = new ArrayDeque<>();
    private volatile @Nullable S newest;
    private volatile List<C> cells = List.of();

    /** Begins with a snapshot. */
    Published(S first) {
        newest = first;
    }

    /** {@return the newest snapshot} */
    final S view() {
        S now = newest;
        if (now == null) {
            throw new IllegalStateException("live index: it is closed; open it again");
        }
        return now;
    }

    final boolean isOpen() {
        return newest != null;
    }

    /** Pins the newest snapshot: its memory lives until {@link #unpin}. */
    final S pin(C cell) {
        S seen = view();
        while (true) {
            setPinned(cell, seen.memory());
            S now = newest;
            if (now == null) {
                unpin(cell);
                return view(); // throws
            }
            if (now.memory() == seen.memory()) {
                return now;
            }
            seen = now;
        }
    }

    final void unpin(C cell) {
        setPinned(cell, null);
    }

    private static void setPinned(Cell cell, @Nullable Object memory) {
        cell.pinned = memory;
    }

    final synchronized void add(C cell) {
        cells = Stream.concat(cells.stream(), Stream.of(cell)).toList();
    }

    final synchronized void remove(C cell) {
        cells = cells.stream().filter(other -> other != cell).toList();
    }

    /** {@return the cells of all readers} */
    final List<C> cells() {
        return cells;
    }

    /** Makes a snapshot the newest one. One thread at a time. */
    final void publish(S next) {
        S before = view();
        newest = next;
        if (before.memory() != next.memory()) {
            replace(new Replaced<>(before, next));
        }
    }

    private synchronized void replace(Replaced<S> before) {
        replaced.add(before);
        free();
    }

    /** Frees what nobody reads. {@return whether all that was replaced is freed} */
    final synchronized boolean free() {
        Replaced<S> first = replaced.peek();
        while (first != null && !isPinned(first.last.memory())) {
            replaced.remove();
            first.last.free(first.next);
            first = replaced.peek();
        }
        return first == null;
    }

    private boolean isPinned(Object memory) {
        for (Cell cell : cells) {
            if (cell.pinned == memory) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until all that was replaced is freed: until the reads under way have ended. Gives up on those that go on for
     * seconds, such as one in a debugger; what they leave is freed when memory is replaced again.
     *
     * @return whether all is freed
     */
    final boolean awaitFree() {
        long began = System.nanoTime();
        while (!free()) {
            if (System.nanoTime() - began > PATIENCE_NS) {
                return false;
            }
            LockSupport.parkNanos(this, NAP_NS);
        }
        return true;
    }

    /** Ends the reads to come, waits for those under way, and frees all. Idempotent. */
    final void close() {
        synchronized (this) {
            S last = newest;
            newest = null;
            if (last != null) {
                replaced.add(new Replaced<>(last, null));
            }
        }
        if (!awaitFree()) {
            throw new IllegalStateException("live index: closed, but a search has been under way for 10 seconds;"
                    + " its memory is freed by closing once more");
        }
    }
}

package io.dovetail.index.live;

import java.util.Arrays;

/**
 * A moment in the life of a {@link LiveIndex}: remembers which ids are written from then on, so that a file made of what
 * was there at that moment can be put in place without losing them. Takes 8 bytes a written id until it is closed.
 */
public final class Mark implements AutoCloseable {

    private final LiveIndex owner;
    private long[] ids = new long[64];
    private int count;

    Mark(LiveIndex owner) {
        this.owner = owner;
    }

    LiveIndex owner() {
        return owner;
    }

    /** Under the write lock. */
    void add(long[] written) {
        if (ids.length - count < written.length) {
            ids = Arrays.copyOf(ids, Math.max(2 * ids.length, Math.addExact(count, written.length)));
        }
        System.arraycopy(written, 0, ids, count, written.length);
        count += written.length;
    }

    /** The ids that were written, each once. */
    long[] written() {
        return Arrays.stream(ids, 0, count).sorted().distinct().toArray();
    }

    /** Remembers no more. */
    @Override
    public void close() {
        owner.forget(this);
    }
}

package io.dovetail.index.live;

import org.jspecify.annotations.Nullable;

/**
 * A snapshot whose memory is a field, which costs nothing to free: real memory takes so long that reads would be over before.
 *
 * @param file of the memory, which others may have too
 */
record Memory(Place own, Place file) implements Published.Snapshot<Memory> {

    /** Plain on purpose: that the protocol orders its accesses is what is tried. */
    static final class Place {
        private boolean freed;
    }

    static Memory of(Place file) {
        return new Memory(new Place(), file);
    }

    boolean isWhole() {
        return !own.freed && !file.freed;
    }

    boolean isFreed() {
        return own.freed && file.freed;
    }

    @Override
    public Object memory() {
        return own;
    }

    @Override
    public void free(@Nullable Memory next) {
        own.freed = true;
        if (next == null || next.file != file) {
            file.freed = true;
        }
    }
}

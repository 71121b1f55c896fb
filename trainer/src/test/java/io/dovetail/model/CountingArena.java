package io.dovetail.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Counts the bytes that are asked of another arena. Close the other. */
public final class CountingArena implements Arena {
    private final Arena arena;
    private long bytes;

    /**
     * A count of nothing.
     *
     * @param arena gives the memory
     */
    public CountingArena(Arena arena) {
        this.arena = arena;
    }

    /** {@return the number of bytes so far} */
    public long bytes() {
        return bytes;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        bytes += byteSize;
        return arena.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {}
}

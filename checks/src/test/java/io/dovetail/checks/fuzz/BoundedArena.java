package io.dovetail.checks.fuzz;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A shared arena that gives no more than so many bytes. Mappings of files do not count. */
final class BoundedArena implements Arena {

    private final Arena arena = Arena.ofShared();
    private final long most;
    private long given;

    BoundedArena(long most) {
        this.most = most;
    }

    /** {@return the bytes it gave} */
    long given() {
        return given;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize > most - given) {
            throw new AssertionError("off the heap: " + byteSize + " bytes more than " + given + " of " + most);
        }
        given += byteSize;
        return arena.allocate(byteSize, byteAlignment);
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        arena.close();
    }
}

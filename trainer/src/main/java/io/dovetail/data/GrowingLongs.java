package io.dovetail.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A list of longs off the heap that grows without copying: blocks of 2 MiB from an arena. Not thread-safe. */
final class GrowingLongs {
    private static final int BLOCK_BITS = 18;
    private static final int BLOCK = 1 << BLOCK_BITS;

    private final Arena arena;
    private final List<MemorySegment> blocks = new ArrayList<>();
    private int size;

    GrowingLongs(Arena arena) {
        this.arena = arena;
    }

    void add(long value) {
        if (size == blocks.size() << BLOCK_BITS) {
            blocks.add(arena.allocate(ValueLayout.JAVA_LONG, BLOCK));
        }
        blocks.get(size >>> BLOCK_BITS).setAtIndex(ValueLayout.JAVA_LONG, size & (BLOCK - 1), value);
        size++;
    }

    long get(int index) {
        return blocks.get(index >>> BLOCK_BITS).getAtIndex(ValueLayout.JAVA_LONG, index & (BLOCK - 1));
    }

    int size() {
        return size;
    }
}

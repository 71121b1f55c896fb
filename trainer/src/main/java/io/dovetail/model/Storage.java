package io.dovetail.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;

/** Where the parameters of a model in training lie, and what an optimizer keeps of them. Values do not depend on it. */
@FunctionalInterface
public interface Storage {

    /**
     * Provides memory that is all zero.
     *
     * @param arena owner of the memory
     * @param bytes how much will be asked of the allocator in all, in multiples of 64
     * @return hands out the memory
     * @throws UncheckedIOException if there is not enough
     */
    SegmentAllocator provide(Arena arena, long bytes);

    /** {@return native memory} */
    static Storage memory() {
        return (arena, bytes) -> arena;
    }

    /**
     * A file that is mapped, so that a model may be larger than the memory of the machine: the system keeps in memory what
     * is in use, and writes the rest to the file. It is removed when the arena is closed, or the process ends in any way.
     *
     * @param folder where the file will be; must exist, best on a fast local disk
     * @return the storage
     */
    static Storage mappedIn(Path folder) {
        return (arena, bytes) -> {
            try {
                return SegmentAllocator.slicingAllocator(MappedFile.create(folder, bytes, arena));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}

package io.dovetail.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/** A temporary file as memory. */
final class MappedFile {

    private MappedFile() {}

    /**
     * Makes a file and maps it. Its name is gone at once where the system allows it (Linux, macOS), so that nothing stays
     * behind, whatever ends the process; its room on the disk is free again when the arena is closed.
     *
     * @param folder where it will be
     * @param bytes its size
     * @param arena owner of the mapping
     * @return zeros
     * @throws FileSystemException naming the folder, what is needed, what is free and the remedy, if there is no room
     * @throws IOException if it cannot be made
     */
    static MemorySegment create(Path folder, long bytes, Arena arena) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            String reason = String.format(
                    Locale.ROOT,
                    "the tables and their moments need %,d MiB, and %,d MiB are free; make room, or choose a folder on"
                            + " a larger disk",
                    Math.ceilDiv(bytes, 1L << 20),
                    free >> 20);
            throw new FileSystemException(folder.toString(), null, reason);
        }
        Path file = folder.resolve("dovetail-tables-" + UUID.randomUUID());
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            return channel.map(MapMode.READ_WRITE, 0, bytes, arena);
        }
    }
}

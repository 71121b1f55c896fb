package io.dovetail.index.live;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * The right to write to a directory: a lock on the file {@code LOCK}, which ends with the process at the latest. The file
 * {@code WRITER} says who has it, by process id and start time.
 */
final class WriterLock implements Closeable {

    private final Path writer;
    private final FileChannel channel;

    private WriterLock(Path writer, FileChannel channel) {
        this.writer = writer;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param directory what to lock
     * @return the lock
     * @throws IOException if another has it, or it cannot be written
     */
    static WriterLock take(Path directory) throws IOException {
        Path writer = directory.resolve("WRITER");
        // On POSIX systems closing any channel on a file ends all locks that the process has on it. So a process that
        // has the lock must not even try; it is known by its start too, since a container's has the same id every time.
        String self = self();
        if (Files.exists(writer) && Files.readString(writer).equals(self)) {
            throw taken(directory, "this process (" + self + ")");
        }
        FileChannel channel =
                FileChannel.open(directory.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(
                        directory, Files.exists(writer) ? "process " + Files.readString(writer) : "another process");
            }
            writeQuietly(writer, self);
            return new WriterLock(writer, channel);
        } catch (OverlappingFileLockException e) {
            throw taken(directory, "this process (" + self + ")");
        } catch (Throwable thrown) {
            channel.close();
            throw thrown;
        }
    }

    /** Says who writes. On a full disk it stays unsaid, and the index can be opened all the same. */
    private static void writeQuietly(Path writer, String self) {
        try {
            Files.writeString(writer, self);
        } catch (IOException e) {
            System.getLogger(WriterLock.class.getName())
                    .log(System.Logger.Level.WARNING, "could not write " + writer, e);
        }
    }

    private static String self() {
        ProcessHandle process = ProcessHandle.current();
        return process.pid() + " started " + process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static IOException taken(Path directory, String holder) {
        return new IOException(directory + ": " + holder
                + " is writing to this index; close it there, or read along with FollowedIndex");
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            Files.deleteIfExists(writer);
            channel.close();
        }
    }
}

package io.dovetail.index.live;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to a {@link LogFormat log} of updates or of names. A record is handed to the system in one piece before the call returns, so that the
 * end of the process loses nothing; it is forced as {@link Durability} says.
 *
 * <p>A record that cannot be written whole is cut off again, and the log goes on. When forcing fails, or cutting off does,
 * what the disk holds is not known, and the log refuses all that follows. Not thread-safe.
 */
final class UpdateLog implements Closeable {

    /** Records of more bytes are refused. */
    static final long MOST_BYTES = 1L << 30;

    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final int dimension;
    private final String remedy;
    private final Durability durability;
    private final LogStorage storage;
    private final Arena arena = Arena.ofShared();
    private MemorySegment buffer = arena.allocate(BUFFER, Long.BYTES);
    private ByteBuffer bytes = buffer.asByteBuffer();
    private FileChannel channel;
    private long end;
    private long forced;
    private long forcedAtNs = System.nanoTime();
    private long records;
    private long sequence;
    private @Nullable IOException broken;

    private UpdateLog(
            Path path, int dimension, Durability durability, LogStorage storage, FileChannel channel, long sequence) {
        this.path = path;
        this.dimension = dimension;
        remedy = dimension == LogFormat.OF_NAMES
                ? "open the index again"
                : "compact, which begins a new log, or open the index again";
        this.durability = durability;
        this.storage = storage;
        this.channel = channel;
        this.sequence = sequence;
    }

    /**
     * A new log, not forced yet.
     *
     * @param path the file, which must not exist
     * @param dimension length of a vector, or {@link LogFormat#OF_NAMES}
     * @param generation what the updates follow, or {@link LogFormat#OF_NAMES}
     * @param sequence number of the last write before the log
     * @param durability when to force
     * @param storage opens the file
     * @throws IOException if it cannot be written
     */
    static UpdateLog create(
            Path path, int dimension, long generation, long sequence, Durability durability, LogStorage storage)
            throws IOException {
        FileChannel channel = storage.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        UpdateLog log = new UpdateLog(path, dimension, durability, storage, channel, sequence);
        try {
            MemorySegment header = log.buffer.asSlice(0, LogFormat.FILE_HEADER);
            MemorySegment.copy(LogFormat.MAGIC, 0, header, ValueLayout.JAVA_BYTE, 0, LogFormat.MAGIC.length);
            header.set(LogFormat.INT, 8, LogFormat.VERSION);
            header.set(LogFormat.INT, 12, dimension);
            header.set(LogFormat.LONG, 16, generation);
            header.set(LogFormat.LONG, 24, sequence);
            header.set(LogFormat.INT, 60, LogFormat.headerChecksum(header));
            log.write(LogFormat.FILE_HEADER);
            log.end = LogFormat.FILE_HEADER;
            return log;
        } catch (Throwable thrown) {
            log.close();
            throw thrown;
        }
    }

    /**
     * A log to go on with. What is behind its last whole record is cut off.
     *
     * @param reader has read all whole records
     * @param durability when to force
     * @param storage opens the file
     * @throws CorruptFileException if what is behind had been forced
     * @throws IOException if it cannot be written
     */
    static UpdateLog resume(LogReader reader, Durability durability, LogStorage storage) throws IOException {
        reader.checkTail();
        FileChannel channel = storage.open(reader.path(), StandardOpenOption.WRITE);
        UpdateLog log =
                new UpdateLog(reader.path(), reader.dimension(), durability, storage, channel, reader.sequence());
        try {
            log.end = reader.offset();
            log.records = reader.records();
            channel.truncate(log.end);
            channel.position(log.end);
            log.force();
            return log;
        } catch (Throwable thrown) {
            log.close();
            throw thrown;
        }
    }

    Path path() {
        return path;
    }

    /** {@return the number of the last write} */
    long sequence() {
        return sequence;
    }

    /**
     * Appends vectors with their ids.
     *
     * @param write its number
     * @param ids one per vector
     * @param vectors (n, d)
     */
    void put(long write, long[] ids, Matrix vectors) throws IOException {
        begin(LogFormat.PUT, write, ids.length);
        long at = putIds(ids);
        long row = (long) dimension * Float.BYTES;
        for (int i = 0; i < ids.length; i++) {
            MemorySegment.copy(vectors.data(), vectors.offset(i), buffer, at + i * row, row);
        }
        append(at + ids.length * row, write);
    }

    /**
     * Appends a removal.
     *
     * @param write its number
     * @param ids what is removed
     */
    void remove(long write, long[] ids) throws IOException {
        begin(LogFormat.REMOVE, write, ids.length);
        append(putIds(ids), write);
    }

    /**
     * Appends names.
     *
     * @param total how many there are with them
     * @param names in UTF-8, with a zero behind each
     */
    void names(long total, byte[] names) throws IOException {
        begin(LogFormat.NAMES, total, names.length);
        MemorySegment.copy(names, 0, buffer, ValueLayout.JAVA_BYTE, LogFormat.RECORD_HEADER, names.length);
        append(LogFormat.RECORD_HEADER + (long) names.length, total);
    }

    /** Appends that the index is closed, and forces. */
    void end() throws IOException {
        begin(LogFormat.END, sequence, 0);
        append(LogFormat.RECORD_HEADER, sequence);
        force();
    }

    private void begin(int kind, long write, int count) throws IOException {
        if (broken != null) {
            throw new IOException(
                    path + ": writing is refused since it failed before (" + broken.getMessage() + "); " + remedy,
                    broken);
        }
        long size = LogFormat.recordBytes(kind, count, dimension);
        if (size > MOST_BYTES) {
            throw new IllegalArgumentException("live index: a write of " + count + " ids takes " + size
                    + " bytes, more than " + MOST_BYTES + "; write them in parts");
        }
        if (buffer.byteSize() < size) {
            buffer = arena.allocate(Math.max(size, 2 * buffer.byteSize()), Long.BYTES);
            bytes = buffer.asByteBuffer();
        }
        buffer.set(LogFormat.INT, 0, kind);
        buffer.set(LogFormat.INT, LogFormat.COUNT_AT, count);
        buffer.set(LogFormat.LONG, LogFormat.NUMBER_AT, records + 1);
        buffer.set(LogFormat.LONG, LogFormat.SEQUENCE_AT, write);
        buffer.set(LogFormat.LONG, LogFormat.FORCED_AT, forced);
        buffer.set(LogFormat.INT, LogFormat.CHECKSUM_AT + Integer.BYTES, 0);
    }

    /** {@return where in the buffer the ids end} */
    private long putIds(long[] ids) {
        MemorySegment.copy(ids, 0, buffer, LogFormat.LONG, LogFormat.RECORD_HEADER, ids.length);
        return LogFormat.RECORD_HEADER + (long) ids.length * Long.BYTES;
    }

    private void append(long size, long write) throws IOException {
        buffer.set(LogFormat.INT, LogFormat.CHECKSUM_AT, LogFormat.checksum(buffer, 0, size));
        try {
            write(size);
        } catch (IOException e) {
            cut(e);
            throw new IOException(
                    path + ": the update could not be written (" + e.getMessage()
                            + ") and nothing of it is kept; if the disk is full, free some space and write it again",
                    e);
        }
        if (System.nanoTime() - forcedAtNs >= durability.interval().toNanos()) {
            force(end + size);
        }
        end += size;
        records++;
        sequence = write;
    }

    private void write(long size) throws IOException {
        bytes.clear().limit((int) size);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Takes back what was written behind the end. */
    private void cut(IOException cause) {
        boolean interrupted = Thread.interrupted(); // an interrupt has closed the channel, and would close the next one
        try {
            if (!channel.isOpen()) {
                channel = storage.open(path, StandardOpenOption.WRITE);
            }
            channel.truncate(end);
            channel.position(end);
        } catch (IOException e) {
            cause.addSuppressed(e);
            broken = cause;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Forces all that was appended.
     *
     * @throws IOException if that fails; nothing can be appended any more
     */
    void force() throws IOException {
        if (broken == null) {
            force(end);
        }
    }

    private void force(long to) throws IOException {
        try {
            channel.force(false);
        } catch (IOException e) {
            cut(e);
            refuse(e);
            throw new IOException(
                    path + ": the log could not be forced to the disk (" + e.getMessage()
                            + "); an update under way is not kept, and those since the last force could be lost if the"
                            + " machine stops; " + remedy,
                    e);
        }
        forced = to;
        forcedAtNs = System.nanoTime();
    }

    /** Appends nothing any more. */
    void refuse(IOException cause) {
        broken = cause;
    }

    /** Closes the file without forcing it. */
    @Override
    public void close() throws IOException {
        if (arena.scope().isAlive()) {
            arena.close();
            channel.close();
        }
    }
}

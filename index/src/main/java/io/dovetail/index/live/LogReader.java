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

/**
 * Reads a {@link LogFormat log} from its beginning, as far as its records are whole; called again later, it goes on with what was
 * appended since. Not thread-safe.
 */
final class LogReader implements Closeable {

    /** Receives the records in order: of a log of updates the first two kinds, of a log of names the third alone. */
    interface Sink {
        default void put(long[] ids, Matrix vectors) {}

        default void remove(long[] ids) {}

        /** Names with a zero behind each. Throws {@link CorruptFileException} if they are not such. */
        default void names(byte[] names) throws IOException {}
    }

    private static final int BUFFER = 1 << 20;
    private static final String DAMAGED = "the log is damaged: restore the directory from a copy";

    private final Path path;
    private final FileChannel channel;
    private final int dimension;
    private final Arena arena = Arena.ofShared();
    private MemorySegment buffer = arena.allocate(BUFFER, Long.BYTES);
    private long bufferAt;
    private int buffered;
    private long offset = LogFormat.FILE_HEADER;
    private long sequence;
    private long records;

    /**
     * Opens a log and checks its header.
     *
     * @param path the file
     * @param dimension what the vectors must have
     * @param generation what it must follow
     * @throws CorruptFileException if the header is not such
     * @throws IOException if it cannot be read
     */
    LogReader(Path path, int dimension, long generation) throws IOException {
        this.path = path;
        this.dimension = dimension;
        channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            checkHeader(generation);
        } catch (Throwable thrown) {
            close();
            throw thrown;
        }
    }

    private void checkHeader(long generation) throws IOException {
        boolean whole = fill(0, LogFormat.FILE_HEADER);
        expect("length", whole, "at least " + LogFormat.FILE_HEADER + " bytes", channel.size() + " bytes");
        MemorySegment header = buffer.asSlice(0, LogFormat.FILE_HEADER);
        boolean magic = header.asSlice(0, 8).mismatch(MemorySegment.ofArray(LogFormat.MAGIC)) < 0;
        expect("byte 0", magic, "\"DOVETLOG\"", "other bytes");
        int found = header.get(LogFormat.INT, 60);
        expect(
                "header checksum at byte 60",
                found == LogFormat.headerChecksum(header),
                "another",
                Integer.toHexString(found));
        int version = header.get(LogFormat.INT, 8);
        if (version != LogFormat.VERSION) {
            throw new CorruptFileException(
                    path,
                    "version at byte 8",
                    Integer.toString(LogFormat.VERSION),
                    Integer.toString(version),
                    "use a newer Dovetail");
        }
        int has = header.get(LogFormat.INT, 12);
        expect("dimension at byte 12", has == dimension, Integer.toString(dimension), Integer.toString(has));
        long follows = header.get(LogFormat.LONG, 16);
        expect("generation at byte 16", follows == generation, Long.toString(generation), Long.toString(follows));
        sequence = header.get(LogFormat.LONG, 24);
        expect("sequence at byte 24", sequence >= 0, "at least 0", Long.toString(sequence));
    }

    Path path() {
        return path;
    }

    int dimension() {
        return dimension;
    }

    /** {@return where the record after the last one that was read begins} */
    long offset() {
        return offset;
    }

    /** {@return the number of the last write that was read} */
    long sequence() {
        return sequence;
    }

    /** {@return the number of records that were read} */
    long records() {
        return records;
    }

    /** {@return the bytes behind the last record that was read} */
    long tailBytes() throws IOException {
        return channel.size() - offset;
    }

    /** Reads all whole records from here on. */
    void read(Sink sink) throws IOException {
        buffered = 0; // what is behind the last record may have been written over since
        boolean more = true;
        while (more) {
            more = next(sink);
        }
    }

    private boolean next(Sink sink) throws IOException {
        if (!fill(offset, LogFormat.RECORD_HEADER)) {
            return false;
        }
        long at = offset - bufferAt;
        int kind = buffer.get(LogFormat.INT, at);
        int count = buffer.get(LogFormat.INT, at + LogFormat.COUNT_AT);
        long size = LogFormat.recordBytes(kind, count, dimension);
        if (size < 0
                || size > UpdateLog.MOST_BYTES
                || buffer.get(LogFormat.LONG, at + LogFormat.NUMBER_AT) != records + 1
                || !fill(offset, size)) {
            return false;
        }
        at = offset - bufferAt;
        if (buffer.get(LogFormat.INT, at + LogFormat.CHECKSUM_AT) != LogFormat.checksum(buffer, at, size)
                || buffer.get(LogFormat.INT, at + LogFormat.CHECKSUM_AT + Integer.BYTES) != 0) {
            return false;
        }
        offset += size;
        records++;
        sequence = buffer.get(LogFormat.LONG, at + LogFormat.SEQUENCE_AT);
        deliver(kind, count, at + LogFormat.RECORD_HEADER, sink);
        return true;
    }

    private void deliver(int kind, int count, long at, Sink sink) throws IOException {
        long vectors = at + (long) count * Long.BYTES;
        switch (kind) {
            case LogFormat.PUT ->
                sink.put(ids(at, count), new Matrix(buffer.asSlice(vectors), count, dimension, dimension));
            case LogFormat.REMOVE -> sink.remove(ids(at, count));
            case LogFormat.NAMES -> sink.names(buffer.asSlice(at, count).toArray(ValueLayout.JAVA_BYTE));
            default -> {} // an end
        }
    }

    private long[] ids(long at, int count) {
        return buffer.asSlice(at, (long) count * Long.BYTES).toArray(LogFormat.LONG);
    }

    /** Has bytes [from, from + size) of the file in the buffer, if the file has them. */
    private boolean fill(long from, long size) throws IOException {
        if (from >= bufferAt && from + size <= bufferAt + buffered) {
            return true;
        }
        if (channel.size() - from < size) {
            return false;
        }
        if (buffer.byteSize() < size) {
            buffer = arena.allocate(Math.max(size, Math.min(UpdateLog.MOST_BYTES, 2 * buffer.byteSize())), Long.BYTES);
        }
        bufferAt = from;
        buffered = 0;
        ByteBuffer target = buffer.asByteBuffer();
        while (target.hasRemaining()) {
            int read = channel.read(target, from + target.position());
            if (read < 0) {
                break;
            }
            buffered = target.position();
        }
        return buffered >= size;
    }

    /**
     * Makes sure that what is behind the last whole record is a write that was cut short.
     *
     * @throws CorruptFileException if a later record says that this place had been forced
     */
    void checkTail() throws IOException {
        long size = channel.size() - offset;
        if (size < LogFormat.RECORD_HEADER) {
            return;
        }
        try (Arena mapping = Arena.ofConfined()) {
            MemorySegment tail = channel.map(FileChannel.MapMode.READ_ONLY, offset, size, mapping);
            for (long at = 1; at <= size - LogFormat.RECORD_HEADER; at++) {
                if (isLaterRecord(tail, at)) {
                    throw new CorruptFileException(
                            path,
                            "byte " + offset,
                            "record " + (records + 1) + ", which had been forced to the disk before record "
                                    + tail.get(LogFormat.LONG, at + LogFormat.NUMBER_AT) + " at byte " + (offset + at),
                            "a bad one",
                            DAMAGED);
                }
            }
        }
    }

    private boolean isLaterRecord(MemorySegment tail, long at) {
        long number = tail.get(LogFormat.LONG, at + LogFormat.NUMBER_AT);
        if (number <= records || number - records > at / LogFormat.RECORD_HEADER + 1) {
            return false;
        }
        long size = LogFormat.recordBytes(
                tail.get(LogFormat.INT, at), tail.get(LogFormat.INT, at + LogFormat.COUNT_AT), dimension);
        return size > 0
                && size <= UpdateLog.MOST_BYTES
                && at + size <= tail.byteSize()
                && tail.get(LogFormat.LONG, at + LogFormat.FORCED_AT) > offset
                && tail.get(LogFormat.INT, at + LogFormat.CHECKSUM_AT) == LogFormat.checksum(tail, at, size);
    }

    private void expect(String place, boolean holds, String expected, String found) throws CorruptFileException {
        if (!holds) {
            throw new CorruptFileException(path, place, expected, found, DAMAGED);
        }
    }

    @Override
    public void close() throws IOException {
        if (arena.scope().isAlive()) {
            arena.close();
            channel.close();
        }
    }
}

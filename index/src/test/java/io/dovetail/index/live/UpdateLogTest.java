package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stands in a log after it was cut, damaged, or written to a disk that fails. Each byte is tried, in a log of three
 * writes: 2 vectors, 2 removals, 1 vector.
 */
final class UpdateLogTest {

    private static final int DIMENSION = 3;
    private static final Durability SELDOM = Durability.interval(Duration.ofDays(1));

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private final Matrix vectors = Matrix.copyOf(arena, new float[][] {{1, 2, 3}, {4, 5, 6}});

    @AfterEach
    void free() {
        arena.close();
    }

    /** The log's bytes, and where its records begin. */
    private static final class Written {
        final byte[] bytes;
        final List<Integer> starts;

        Written(byte[] bytes, List<Integer> starts) {
            this.bytes = bytes;
            this.starts = starts;
        }

        int recordAt(int at) {
            int record = 0;
            while (record < starts.size() - 1 && starts.get(record + 1) <= at) {
                record++;
            }
            return record;
        }
    }

    private Path file() {
        return folder.resolve("log-5.wal");
    }

    private Written write(Durability durability) throws IOException {
        List<Integer> starts = new ArrayList<>();
        Files.deleteIfExists(file());
        try (UpdateLog log = UpdateLog.create(file(), DIMENSION, 5, 40, durability, LogStorage.files())) {
            log.force();
            starts.add((int) Files.size(file()));
            log.put(41, new long[] {7, -8}, vectors);
            starts.add((int) Files.size(file()));
            log.remove(42, new long[] {9, Long.MIN_VALUE});
            starts.add((int) Files.size(file()));
            log.put(43, new long[] {10}, vectors.rows(1, 1));
        }
        return new Written(Files.readAllBytes(file()), starts);
    }

    /** What is read of the file, as text; the log is then gone on with, by one removal. */
    private List<String> readAndResume() throws IOException {
        List<String> read = read();
        try (LogReader reader = new LogReader(file(), DIMENSION, 5)) {
            reader.read(sink(new ArrayList<>()));
            try (UpdateLog log = UpdateLog.resume(reader, SELDOM, LogStorage.files())) {
                log.remove(reader.sequence() + 1, new long[] {1});
            }
        }
        List<String> more = new ArrayList<>(read);
        more.add("remove [1]");
        assertEquals(more, read());
        return read;
    }

    private List<String> read() throws IOException {
        List<String> read = new ArrayList<>();
        try (LogReader reader = new LogReader(file(), DIMENSION, 5)) {
            reader.read(sink(read));
            assertEquals(40 + read.size(), reader.sequence());
        }
        return read;
    }

    private static LogReader.Sink sink(List<String> read) {
        return new LogReader.Sink() {
            @Override
            public void put(long[] ids, Matrix rows) {
                read.add("put " + Arrays.toString(ids) + Arrays.deepToString(rows.toArray()));
            }

            @Override
            public void remove(long[] ids) {
                read.add("remove " + Arrays.toString(ids));
            }
        };
    }

    private static List<String> all() {
        return List.of(
                "put [7, -8][[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]",
                "remove [9, " + Long.MIN_VALUE + "]",
                "put [10][[4.0, 5.0, 6.0]]");
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        write(Durability.EACH_WRITE);
        assertEquals(all(), readAndResume());
        write(SELDOM);
        assertEquals(all(), readAndResume());
    }

    @Test
    void cutAnywhereItGivesBackTheWholeRecordsBefore() throws IOException {
        for (Durability durability : new Durability[] {Durability.EACH_WRITE, SELDOM}) {
            Written written = write(durability);
            for (int length = LogFormat.FILE_HEADER; length < written.bytes.length; length++) {
                Files.write(file(), Arrays.copyOf(written.bytes, length));
                assertEquals(all().subList(0, written.recordAt(length)), readAndResume(), "cut to " + length);
            }
            for (int length = 0; length < LogFormat.FILE_HEADER; length++) {
                Files.write(file(), Arrays.copyOf(written.bytes, length));
                assertThrows(CorruptFileException.class, this::read);
            }
        }
    }

    @Test
    void zerosOrRubbishBehindTheLastRecordAreCutOff() throws IOException {
        Written written = write(Durability.EACH_WRITE);
        for (int value : new int[] {0, 1, 2, 3, 0x7f, 0xff}) {
            byte[] longer = Arrays.copyOf(written.bytes, written.bytes.length + 300);
            Arrays.fill(longer, written.bytes.length, longer.length, (byte) value);
            Files.write(file(), longer);
            assertEquals(all(), readAndResume());
        }
    }

    @Test
    void aBitFlippedInWhatHadBeenForcedIsDamageAtAPlace() throws IOException {
        Written written = write(Durability.EACH_WRITE);
        for (int at = 0; at < written.starts.getLast(); at++) {
            byte[] flipped = written.bytes.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file(), flipped);
            int start = at < LogFormat.FILE_HEADER ? 0 : written.starts.get(written.recordAt(at));
            String message = message(CorruptFileException.class, this::readAndResume);
            assertTrue(message.startsWith(file() + ": "), message);
            assertTrue(start == 0 || message.contains("byte " + start + ": expected record"), at + ": " + message);
        }
    }

    @Test
    void aBitFlippedInWhatHadNotBeenForcedIsAWriteCutShort() throws IOException {
        Written written = write(SELDOM);
        for (int at = LogFormat.FILE_HEADER; at < written.bytes.length; at++) {
            byte[] flipped = written.bytes.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file(), flipped);
            assertEquals(all().subList(0, written.recordAt(at)), readAndResume(), "byte " + at);
        }
    }

    @Test
    void hostileSizesAskForNoMemory() throws IOException {
        Written written = write(Durability.EACH_WRITE);
        int last = written.starts.getLast();
        for (int count : new int[] {-1, 0, 2, 1 << 20, Integer.MAX_VALUE}) {
            byte[] changed = written.bytes.clone();
            MemorySegment segment = MemorySegment.ofArray(changed);
            segment.set(LogFormat.INT, last + LogFormat.COUNT_AT, count);
            Files.write(file(), changed);
            assertEquals(all().subList(0, 2), readAndResume());
        }
    }

    @Test
    void anotherGenerationDimensionOrVersionIsRefused() throws IOException {
        Written written = write(SELDOM);
        assertThrows(CorruptFileException.class, () -> new LogReader(file(), DIMENSION + 1, 5));
        assertThrows(CorruptFileException.class, () -> new LogReader(file(), DIMENSION, 6));
        byte[] newer = written.bytes.clone();
        MemorySegment header = MemorySegment.ofArray(newer);
        header.set(LogFormat.INT, 8, 2);
        header.set(LogFormat.INT, 60, LogFormat.headerChecksum(header));
        Files.write(file(), newer);
        String message = message(CorruptFileException.class, this::read);
        assertTrue(message.contains("use a newer Dovetail"), message);
    }

    @Test
    void onAFullDiskAWriteFailsWholeAndLaterOnesSucceed() throws IOException {
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (UpdateLog log =
                UpdateLog.create(file(), DIMENSION, 5, 40, Durability.EACH_WRITE, FaultyChannel.storage(disk))) {
            log.put(41, new long[] {7, -8}, vectors);
            for (int room = 0; room < 56; room++) { // a removal of two takes 56 bytes
                disk.room = room;
                String message = message(IOException.class, () -> log.remove(42, new long[] {9, 10}));
                assertTrue(
                        message.startsWith(file() + ": ")
                                && message.contains("No space left")
                                && message.contains("free some space"),
                        message);
                assertEquals(all().subList(0, 1), read());
            }
            disk.room = 56;
            log.remove(42, new long[] {9, Long.MIN_VALUE});
            disk.room = Long.MAX_VALUE;
            log.put(43, new long[] {10}, vectors.rows(1, 1));
            assertEquals(all(), read());
        }
    }

    @Test
    void whenForcingFailsWritesAreRefused() throws IOException {
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (UpdateLog log =
                UpdateLog.create(file(), DIMENSION, 5, 40, Durability.EACH_WRITE, FaultyChannel.storage(disk))) {
            log.put(41, new long[] {7, -8}, vectors);
            disk.forces = false;
            assertThrows(IOException.class, () -> log.remove(42, new long[] {9}));
            disk.forces = true;
            String message = message(IOException.class, () -> log.remove(42, new long[] {9}));
            assertTrue(message.contains("Input/output error") && message.contains("compact"), message);
            assertEquals(all().subList(0, 1), read());
        }
    }

    @Test
    void forcesEachWriteOrAfterTheInterval() throws IOException {
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (UpdateLog log =
                UpdateLog.create(file(), DIMENSION, 5, 40, Durability.EACH_WRITE, FaultyChannel.storage(disk))) {
            log.remove(41, new long[] {1});
            log.remove(41, new long[] {1});
            assertEquals(2, disk.forced);
        }
        Files.delete(file());
        try (UpdateLog log = UpdateLog.create(file(), DIMENSION, 5, 40, SELDOM, FaultyChannel.storage(disk))) {
            log.remove(41, new long[] {1});
            assertEquals(2, disk.forced);
            log.force();
            assertEquals(3, disk.forced);
        }
        assertThrows(IllegalArgumentException.class, () -> Durability.interval(Duration.ofSeconds(-1)));
    }

    @Test
    void anInterruptedWriterGoesOn() throws IOException {
        try (UpdateLog log = UpdateLog.create(file(), DIMENSION, 5, 40, SELDOM, LogStorage.files())) {
            log.put(41, new long[] {7, -8}, vectors);
            Thread.currentThread().interrupt(); // closes the channel of a write
            assertThrows(IOException.class, () -> log.remove(42, new long[] {9}));
            assertTrue(Thread.interrupted());
            log.remove(42, new long[] {9, Long.MIN_VALUE});
            log.put(43, new long[] {10}, vectors.rows(1, 1));
        }
        assertEquals(all(), read());
    }
}

package io.dovetail.index.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SectionFileTest {

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void writeSmallFile() throws IOException {
        path = folder.resolve("small.dt");
        try (Arena arena = Arena.ofConfined();
                SectionFileWriter writer = new SectionFileWriter(path, "test", 3)) {
            writer.ints("ints", 1, -2, Integer.MAX_VALUE);
            writer.longs("longs", Long.MIN_VALUE, 7);
            writer.text("text", "naïve ✓");
            writer.strings("strings", List.of("", "a", "Füße", "日本"));
            writer.matrix("matrix", Matrix.copyOf(arena, new float[][] {{1, 2, 3}, {4, 5, 6}}));
            writer.begin("empty");
            writer.commit();
        }
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SectionFile file = SectionFile.open(path, "test", 3, arena);
            assertEquals(3, file.version());
            assertEquals(List.of("ints", "longs", "text", "strings", "matrix", "empty"), file.names());
            assertArrayEquals(new int[] {1, -2, Integer.MAX_VALUE}, file.ints("ints"));
            assertArrayEquals(new long[] {Long.MIN_VALUE, 7}, file.longs("longs"));
            assertEquals("naïve ✓", file.text("text"));
            assertEquals(List.of("", "a", "Füße", "日本"), file.strings("strings"));
            assertArrayEquals(
                    new float[][] {{1, 2, 3}, {4, 5, 6}}, file.matrix("matrix").toArray());
            assertEquals(0, file.section("empty").byteSize());
            assertTrue(file.has("empty"));
            assertFalse(file.has("full"));
            assertEquals(0, file.section("longs").address() % 64);
            assertTrue(file.section("ints").isReadOnly());
        }
    }

    @Test
    void refusesAFlippedBitInAnyByte() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int at = 0; at < channel.size(); at++) {
                channel.read(one.clear(), at);
                byte good = one.get(0);
                channel.write(one.put(0, (byte) (good ^ (1 << at % 8))).clear(), at);
                assertThrows(CorruptFileException.class, () -> open("test", 3), "byte " + at);
                channel.write(one.put(0, good).clear(), at);
            }
        }
        open("test", 3);
    }

    @Test
    void refusesEveryTruncationAndEveryTail() throws IOException {
        byte[] good = Files.readAllBytes(path);
        for (int more : new int[] {1, 63, 64, 128}) {
            assertCorrupt(Arrays.copyOf(good, good.length + more), "longer by " + more);
        }
        Files.write(path, good);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long length = channel.size() - 1; length >= 0; length--) {
                channel.truncate(length);
                assertThrows(CorruptFileException.class, () -> open("test", 3), "length " + length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, Long.MAX_VALUE - 63})
    void refusesHostileSizesWithRightChecksums(long hostile) throws IOException {
        byte[] good = Files.readAllBytes(path);
        int table = (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong(32);
        for (int at : new int[] {32, 40, table + 40, table + 48, table + 64 + 40, table + 64 + 48}) {
            ByteBuffer bad = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
            bad.putLong(at, hostile);
            assertCorrupt(reseal(bad, table), "offset " + at);
        }
        ByteBuffer bad = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
        bad.putInt(28, (int) hostile);
        assertCorrupt(reseal(bad, table), "section count");
    }

    @Test
    void refusesHostileSizesInsideSections() throws IOException {
        for (long hostile : new long[] {-1, 1L << 61, Long.MAX_VALUE, 5}) {
            assertMalformed(file -> file.strings("s"), hostile, 0, 0);
            assertMalformed(file -> file.strings("s"), 1, hostile, hostile);
            assertMalformed(file -> file.strings("s"), 1, 0, hostile);
        }
        int most = Integer.MAX_VALUE;
        for (int[] shape : new int[][] {{-1, 4, 16}, {4, -1, 16}, {4, 17, 16}, {most, most, most}, {1, 1, 1}}) {
            assertMalformed(
                    file -> file.matrix("s"),
                    (shape[0] & 0xffffffffL) | ((long) shape[1] << 32),
                    shape[2],
                    0,
                    0,
                    0,
                    0,
                    0,
                    0);
        }
        assertMalformed(file -> file.matrix("s"), 1);
        assertMalformed(file -> file.text("s"), -1);
    }

    @Test
    void namesPlaceExpectationFindingAndRemedy() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        bytes[64 + 5] ^= 1;
        Files.write(path, bytes);
        String message =
                assertThrows(CorruptFileException.class, () -> open("test", 3)).toString();
        assertTrue(message.contains(path + ": section 'ints' at byte 64, checksum: expected 0x"), message);
        assertTrue(message.endsWith("copy or make it again"), message);
    }

    @Test
    void refusesAnotherKindAndANewerVersion() {
        String kind =
                assertThrows(CorruptFileException.class, () -> open("model", 3)).toString();
        assertTrue(kind.contains("expected 'model', found 'test'"), kind);
        String version =
                assertThrows(CorruptFileException.class, () -> open("test", 2)).toString();
        assertTrue(version.contains("expected 1 to 2, found 3; use a newer Dovetail"), version);
    }

    @Test
    void refusesAnOlderVersionThanTheCallerReads() {
        try (Arena arena = Arena.ofConfined()) {
            String range = assertThrows(CorruptFileException.class, () -> SectionFile.open(path, "test", 4, 5, arena))
                    .toString();
            assertTrue(
                    range.contains(
                            "format version at byte 24: expected 4 to 5, found 3; use the Dovetail that made it"),
                    range);
            String one = assertThrows(CorruptFileException.class, () -> SectionFile.open(path, "test", 4, 4, arena))
                    .toString();
            assertTrue(one.contains("expected 4, found 3; use the Dovetail"), one);
        }
    }

    @Test
    void saysWhichSectionsThereAreWhenOneIsMissing() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SectionFile file = SectionFile.open(path, "test", 3, arena);
            String message = assertThrows(CorruptFileException.class, () -> file.ints("codes"))
                    .toString();
            assertTrue(message.contains("a section 'codes'") && message.contains("strings"), message);
        }
    }

    @Test
    void leavesNothingBehindWithoutCommit() throws IOException {
        byte[] before = Files.readAllBytes(path);
        try (SectionFileWriter writer = new SectionFileWriter(path, "test", 1)) {
            writer.ints("ints", 1);
        }
        assertArrayEquals(before, Files.readAllBytes(path));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void streamsSectionsLargerThanItsBuffer() throws IOException {
        int[] values = new int[1_000_003];
        Arrays.setAll(values, i -> i * 31);
        try (Arena arena = Arena.ofConfined();
                SectionFileWriter writer = new SectionFileWriter(path, "test", 1)) {
            writer.ints("small", values);
            writer.begin("large");
            MemorySegment segment = arena.allocate(4L * values.length);
            MemorySegment.copy(values, 0, segment, SectionFile.INT, 0, values.length);
            writer.append(segment);
            writer.commit();
        }
        try (Arena arena = Arena.ofConfined()) {
            SectionFile file = SectionFile.open(path, "test", 1, arena);
            assertArrayEquals(values, file.ints("small"));
            assertArrayEquals(values, file.ints("large"));
        }
    }

    @Test
    void refusesBadNamesAndMisuse() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> new SectionFileWriter(path, "", 1).close());
        assertThrows(IllegalArgumentException.class, () -> new SectionFileWriter(path, "test", 0).close());
        try (SectionFileWriter writer = new SectionFileWriter(path, "test", 1)) {
            assertThrows(IllegalStateException.class, () -> writer.append(MemorySegment.NULL));
            writer.begin("a");
            assertThrows(IllegalArgumentException.class, () -> writer.begin("a"));
            assertThrows(IllegalArgumentException.class, () -> writer.begin("ä"));
            assertThrows(IllegalArgumentException.class, () -> writer.begin("x".repeat(41)));
        }
    }

    private interface Reading {
        void read(SectionFile file) throws IOException;
    }

    private void assertMalformed(Reading reading, long... content) throws IOException {
        try (SectionFileWriter writer = new SectionFileWriter(path, "test", 1)) {
            writer.longs("s", content);
            writer.commit();
        }
        try (Arena arena = Arena.ofConfined()) {
            SectionFile file = SectionFile.open(path, "test", 1, arena);
            assertThrows(CorruptFileException.class, () -> reading.read(file), () -> Arrays.toString(content));
        }
    }

    private void assertCorrupt(byte[] bytes, String what) throws IOException {
        Files.write(path, bytes);
        assertThrows(CorruptFileException.class, () -> open("test", 3), what);
    }

    private void open(String kind, int maxVersion) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            SectionFile.open(path, kind, maxVersion, arena);
        }
    }

    /** Puts right checksums on a changed table and header, as an attacker would. */
    private static byte[] reseal(ByteBuffer file, int table) {
        file.putInt(48, crc(file, table, file.capacity() - table));
        file.putInt(60, crc(file, 0, 60));
        byte[] bytes = new byte[file.capacity()];
        file.get(0, bytes);
        return bytes;
    }

    private static int crc(ByteBuffer file, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(file.slice(from, length));
        return (int) crc.getValue();
    }

    @Test
    void isLittleEndianWhateverTheMachine() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        assertEquals('D', bytes[0]);
        assertEquals(3, bytes[24]);
        assertEquals(
                -2,
                MemorySegment.ofArray(bytes)
                        .get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 68));
    }
}

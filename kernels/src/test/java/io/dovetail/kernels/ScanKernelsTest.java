package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScanKernelsTest {
    static final int[] SIZES = Framed.SIZES;

    private final ScanKernels scalar = Kernels.scalar().scan();
    private final ScanKernels vector = Kernels.vector().scan();
    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);

    @AfterEach
    void close() {
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 15, 16, 32, 33, 64, 256})
    void scans_equal_the_scalar_twin(int subspaces) {
        for (int bits = 5; bits <= 8; bits++) {
            assertScansEqual(bits, subspaces); // bytes are random: what lies above a code is not looked at
        }
        assertScansEqual(4, (subspaces + 1) / 2 * 2);
    }

    private void assertScansEqual(int bits, int subspaces) {
        long blockBytes = CodeShape.blockBytes(bits, subspaces);
        MemorySegment codes = bytes((int) (5 + 9 * blockBytes));
        for (int[] counts : new int[][] {{}, {1}, {64}, {65, 1}, {200, 256, 3}, {300, 64, 131}, {576}}) {
            CodeLists lists = new CodeLists();
            long offset = 5;
            for (int count : counts) {
                lists.add(offset, 0, count, offset == 5 ? 0 : CodeShape.mostRaise(subspaces));
                offset += CodeShape.blocks(count) * blockBytes;
            }
            MemorySegment tables = tables(bits, subspaces, counts.length == 2 ? 255 : random.nextInt(256));
            MemorySegment expected = arena.allocate(2L * lists.sums());
            MemorySegment actual = arena.allocate(2L * lists.sums() + 1);
            actual.fill((byte) 77);
            scalar.scan(bits, codes, subspaces, tables, lists, expected);
            vector.scan(bits, codes, subspaces, tables, lists, actual);
            assertEquals(-1, expected.mismatch(actual.asSlice(0, expected.byteSize())), bits + " bits");
            assertEquals(77, actual.get(ValueLayout.JAVA_BYTE, expected.byteSize()));
        }
    }

    /** Random tables as they are quantised: of 4 bits, entries of a pair come to 255 at most. */
    private MemorySegment tables(int bits, int subspaces, int most) {
        int entries = 1 << bits;
        long tableBytes = CodeShape.tableBytes(bits);
        MemorySegment tables = arena.allocate(subspaces * tableBytes);
        for (int m = 0; m < subspaces; m++) {
            int greatest = bits > 4 ? most : m % 2 == 0 ? most / 3 : most - most / 3;
            for (int i = 0; i < tableBytes; i++) {
                byte entry = i < entries
                        ? (byte) (greatest - random.nextInt(2) * random.nextInt(greatest + 1))
                        : tables.get(ValueLayout.JAVA_BYTE, m * tableBytes + i % entries);
                tables.set(ValueLayout.JAVA_BYTE, m * tableBytes + i, entry);
            }
        }
        return tables;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 15, 32, 33, 256})
    void scans_for_four_find_what_scans_for_one_find(int subspaces) {
        for (int bits = 4; bits <= 8; bits++) {
            int even = bits == 4 ? (subspaces + 1) / 2 * 2 : subspaces;
            for (int queries = 1; queries <= FourQueries.COUNT; queries++) {
                assertScansForFour(bits, even, queries);
            }
        }
    }

    private void assertScansForFour(int bits, int subspaces, int count) {
        long blockBytes = CodeShape.blockBytes(bits, subspaces);
        long each = subspaces * CodeShape.tableBytes(bits);
        MemorySegment codes = bytes((int) (3 + 5 * blockBytes));
        MemorySegment tables = arena.allocate(5 * each + 1);
        FourQueries queries = new FourQueries();
        int[] raises = new int[count];
        for (int query = 0; query < count; query++) {
            raises[query] = random.nextInt(CodeShape.mostRaise(subspaces) + 1);
            long offset = 1 + (query + 1) * each;
            MemorySegment.copy(tables(bits, subspaces, 255), 0, tables, offset, each);
            queries.add(offset, raises[query]);
        }
        for (int[] sizes : new int[][] {{}, {1}, {64}, {100}, {130, 64}}) {
            CodeLists lists = lists(sizes, blockBytes, 0);
            long part = 2L * lists.sums() + 64;
            MemorySegment expected = arena.allocate(2L * lists.sums());
            MemorySegment sums = arena.allocate(FourQueries.COUNT * part);
            for (ScanKernels kernels : new ScanKernels[] {scalar, vector}) {
                sums.fill((byte) 77);
                kernels.scanForFour(bits, codes, subspaces, tables, queries, lists, sums);
                for (int query = 0; query < count; query++) {
                    MemorySegment own = tables.asSlice(1 + (query + 1) * each, each);
                    scalar.scan(bits, codes, subspaces, own, lists(sizes, blockBytes, raises[query]), expected);
                    MemorySegment actual = sums.asSlice(query * part, expected.byteSize());
                    assertEquals(-1, expected.mismatch(actual), bits + " bits, query " + query + " of " + count);
                    assertEquals(77, sums.get(ValueLayout.JAVA_BYTE, query * part + expected.byteSize()));
                }
            }
        }
    }

    private static CodeLists lists(int[] sizes, long blockBytes, int raise) {
        CodeLists lists = new CodeLists();
        long offset = 3;
        for (int size : sizes) {
            lists.add(offset, 0, size, raise);
            offset += CodeShape.blocks(size) * blockBytes;
        }
        return lists;
    }

    @Test
    void scans_for_four_refuse_what_does_not_fit() {
        MemorySegment tables = bytes(8 * 256);
        MemorySegment sums = arena.allocate(4 * 128);
        assertTrue(refusedForFour(1025, 0, tables, sums).contains("from byte 1025 of 2048"), "offset");
        assertTrue(refusedForFour(0, 65536 - 4 * 255, tables, sums).contains("raised by 64516"), "raise");
        assertTrue(refusedForFour(0, 0, tables, arena.allocate(4 * 64)).contains("64 sums for each of 1"), "sums");
        refusedForFour(0, 0, tables, arena.allocate(4 * 128 + 64));
        refusedForFour(0, 0, MemorySegment.ofArray(new byte[2048]), sums);
        CodeLists lists = lists(new int[] {1}, 64 * 4, 0);
        MemorySegment codes = bytes(3 + 64 * 4);
        FourQueries queries = new FourQueries();
        assertThrows(
                IllegalArgumentException.class, () -> vector.scanForFour(8, codes, 4, tables, queries, lists, sums));
        assertThrows(IllegalArgumentException.class, () -> queries.add(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> queries.add(0, -1));
        for (int i = 0; i < FourQueries.COUNT; i++) {
            queries.add(0, 0);
        }
        assertThrows(IllegalArgumentException.class, () -> queries.add(0, 0));
        queries.clear();
        assertEquals(0, queries.size());
    }

    private String refusedForFour(long offset, int raise, MemorySegment tables, MemorySegment sums) {
        FourQueries queries = new FourQueries();
        queries.add(offset, raise);
        CodeLists lists = lists(new int[] {1}, 64 * 4, 0);
        MemorySegment codes = bytes(3 + 64 * 4);
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> vector.scanForFour(8, codes, 4, tables, queries, lists, sums))
                .getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 7, 8})
    void every_code_finds_its_entry(int bits) {
        MemorySegment codes = arena.allocate(256);
        MemorySegment tables = arena.allocate(CodeShape.tableBytes(bits));
        for (int i = 0; i < 256; i++) {
            codes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        for (int i = 0; i < tables.byteSize(); i++) {
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) ((i & ((1 << bits) - 1)) * 7 + 3));
        }
        MemorySegment sums = arena.allocate(512);
        CodeLists lists = new CodeLists();
        lists.add(0, 0, 256, 1000);
        for (ScanKernels kernels : new ScanKernels[] {scalar, vector}) {
            kernels.scan(bits, codes, 1, tables, lists, sums);
            for (int i = 0; i < 256; i++) {
                int entry = (i & ((1 << bits) - 1)) * 7 + 3 & 0xff;
                assertEquals(1000 + entry, sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i), "code " + i);
            }
        }
    }

    @Test
    void every_pair_of_codes_of_4_bits_finds_its_entries() {
        MemorySegment codes = arena.allocate(256);
        MemorySegment tables = arena.allocate(128);
        for (int i = 0; i < 256; i++) {
            codes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        for (int i = 0; i < 64; i++) {
            tables.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 16));
            tables.set(ValueLayout.JAVA_BYTE, 64 + i, (byte) (i % 16 * 16));
        }
        MemorySegment sums = arena.allocate(512);
        CodeLists lists = new CodeLists();
        lists.add(0, 0, 256, 0);
        for (ScanKernels kernels : new ScanKernels[] {scalar, vector}) {
            kernels.scan(4, codes, 2, tables, lists, sums);
            for (int i = 0; i < 256; i++) {
                assertEquals(i, sums.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i), "code " + i);
            }
        }
    }

    @Test
    void the_fallback_of_the_look_up_strategy_gives_the_same_sums() {
        ScanKernels fallback = new VectorScanKernels(LookupStrategy.scalar("test"));
        for (int bits = 4; bits <= 8; bits++) {
            MemorySegment codes = bytes(3 * ScanKernels.BLOCK * 6);
            MemorySegment tables = tables(bits, 6, 200);
            MemorySegment expected = arena.allocate(6L * ScanKernels.BLOCK);
            MemorySegment actual = arena.allocate(6L * ScanKernels.BLOCK);
            CodeLists lists = new CodeLists();
            lists.add(0, 0, 180, 9);
            fallback.scan(bits, codes, 6, tables, lists, expected);
            vector.scan(bits, codes, 6, tables, lists, actual);
            assertEquals(-1, expected.mismatch(actual), bits + " bits");
        }
    }

    @Test
    void scans_refuse_what_does_not_fit() {
        MemorySegment codes = bytes(64 * 4);
        MemorySegment tables = bytes(4 * 256);
        MemorySegment sums = arena.allocate(128);
        String message = refusedScan(8, codes, 1, 4, tables, sums, 0);
        assertTrue(message.contains("1 blocks from byte 1 of 256"), message);
        assertTrue(refusedScan(8, codes, 0, 4, tables, sums, 65536 - 4 * 255).contains("raised by 64516"), "raise");
        refusedScan(8, codes, 0, 5, tables, sums, 0);
        refusedScan(8, codes, 0, 4, tables, arena.allocate(127), 0);
        refusedScan(4, codes, 0, 3, tables, sums, 0);
        refusedScan(3, codes, 0, 2, tables, sums, 0);
        refusedScan(9, codes, 0, 2, tables, sums, 0);
        refusedScan(8, MemorySegment.ofArray(new byte[1024]), 0, 4, tables, sums, 0);
        MemorySegment heap = MemorySegment.ofArray(new byte[1024]);
        assertThrows(IllegalArgumentException.class, () -> vector.selectSums(heap, 1, 1, 0, new int[1], 0));
        CodeLists lists = new CodeLists();
        assertThrows(IllegalArgumentException.class, () -> lists.add(0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> lists.add(0, 0, 1, -1));
    }

    private String refusedScan(
            int bits,
            MemorySegment codes,
            long offset,
            int subspaces,
            MemorySegment tables,
            MemorySegment sums,
            int raise) {
        CodeLists lists = new CodeLists();
        lists.add(offset, 0, 64, raise);
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> vector.scan(bits, codes, subspaces, tables, lists, sums))
                .getMessage());
    }

    @Test
    void places_of_sums_become_rows() {
        CodeLists lists = new CodeLists();
        lists.add(0, 1000, 3, 0);
        lists.add(64, 70, 130, 0);
        assertEquals(256, lists.sums());
        int[] places = {0, 2, 3, 63, 64, 193, 194, 255};
        int[] rows = new int[8];
        lists.rows(places, 8, rows);
        assertArrayEquals(new int[] {1000, 1002, -1, -1, 70, 199, -1, -1}, rows);
    }

    @ParameterizedTest
    @CsvSource({
        "64, 1",
        "64, 8",
        "128, 30",
        "2048, 1",
        "2048, 30",
        "2048, 100",
        "8192, 30",
        "8192, 1000",
        "8192, 5000",
        "64, 64",
        "128, 1000"
    })
    void thresholds_of_sums_are_reached_by_enough_and_equal_the_scalar_twin(int count, int wanted) {
        for (int range : new int[] {1, 2, 100, 65536}) {
            MemorySegment sums = arena.allocate(2L * count);
            for (int i = 0; i < count; i++) {
                sums.set(ScanKernels.SUM, 2L * i, (short) random.nextInt(range));
            }
            MemorySegment scratch = arena.allocate(ScanKernels.RUN_BYTES);
            int threshold = vector.thresholdOfSums(sums, count, wanted, scratch);
            assertEquals(scalar.thresholdOfSums(sums, count, wanted, scratch), threshold);
            int reach = scalar.countSums(sums, count, threshold);
            assertTrue(reach >= Math.min(wanted, count), reach + " reach " + threshold);
            int positive = scalar.countSums(sums, count, 1);
            if (positive >= wanted && range == 65536) {
                assertTrue(reach <= 2 * wanted + 8, reach + " reach " + threshold + ", wanted " + wanted);
            } else if (positive < wanted) {
                assertEquals(0, threshold);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("SIZES")
    void selected_sums_equal_the_scalar_twin(int count) {
        MemorySegment sums = bytes(2 * count);
        for (int threshold : new int[] {-1, 0, 1, 1000, 32767, 32768, 40000, 65535, 65536}) {
            int[] expected = new int[count + 2];
            int[] actual = new int[count + 2];
            int end = scalar.selectSums(sums, count, threshold, 7, expected, 2);
            assertEquals(end, vector.selectSums(sums, count, threshold, 7, actual, 2), "threshold " + threshold);
            assertArrayEquals(expected, actual);
        }
    }

    private MemorySegment bytes(int count) {
        byte[] values = new byte[count];
        random.nextBytes(values);
        MemorySegment segment = arena.allocate(count);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_BYTE, 0, count);
        return segment;
    }
}

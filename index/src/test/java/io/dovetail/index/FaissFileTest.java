package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Exchange with faiss. {@code ivfpq.faiss} was written by faiss-cpu 1.15.1: {@code index_factory(6, 'IVF4,PQ3x5',
 * METRIC_INNER_PRODUCT)}, trained on and filled with 60 normal vectors of the ids 5, 8, 11 and so on, {@code nprobe = 4},
 * {@code write_index}. {@code ivfpq.found.ivecs} is what its {@code search} of {@code ivfpq.queries.fvecs} found with k = 10.
 */
final class FaissFileTest {

    /** Where things are in the file of faiss. */
    private static final int HEADER = 4;

    private static final int METRIC = HEADER + 29;
    private static final int NLIST = HEADER + 33;
    private static final int QUANTIZER = NLIST + 16;
    private static final int CENTROIDS = QUANTIZER + 4 + 33;
    private static final int DIRECT_MAP = CENTROIDS + 8 + 4 * 6 * 4;
    private static final int RESIDUAL = DIRECT_MAP + 9;
    private static final int CODEBOOKS = RESIDUAL + 9;
    private static final int LISTS = CODEBOOKS + 32 + 6 * 32 * 4;
    private static final int SIZES = LISTS + 32;
    private static final int DATA = SIZES + 4 * 8;

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void free() {
        arena.close();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = FaissFileTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private IvfPqIndex read(byte[] faiss) throws IOException {
        Path out = folder.resolve("read.ivfpq");
        FaissReader.readCodes(file("read.faiss", faiss), out);
        return IvfPqIndex.open(out, Kernels.best(), arena);
    }

    private byte[] write(IvfPqIndex index) throws IOException {
        Path out = folder.resolve("written.faiss");
        FaissWriter.write(index, out);
        return Files.readAllBytes(out);
    }

    @Test
    void findsWhatFaissFoundAndWritesTheBytesOfFaiss() throws IOException {
        byte[] golden = resource("ivfpq.faiss");
        IvfPqIndex index = read(golden);
        assertEquals(60, index.size());
        assertEquals(4, index.nlist());
        assertEquals(3, index.subspaces());
        assertEquals(5, index.bits());
        assertEquals(4, index.defaults().nprobe());
        Matrix queries = VectorFiles.read(file("q.fvecs", resource("ivfpq.queries.fvecs")), arena);
        int[][] expected = VectorFiles.readIvecs(file("f.ivecs", resource("ivfpq.found.ivecs")));
        Neighbors found = Samples.search(index, queries, 10, index.defaults());
        for (int query = 0; query < expected.length; query++) {
            int row = query;
            assertArrayEquals(
                    expected[query],
                    IntStream.range(0, 10)
                            .map(place -> (int) found.id(row, place))
                            .toArray());
        }
        assertArrayEquals(golden, write(index));
    }

    @ParameterizedTest
    @CsvSource({"8,4", "7,4", "6,2", "5,8", "4,4", "4,2"})
    void whatIsWrittenReadsBackTheSame(int bits, int subspaces) throws IOException {
        Path built = folder.resolve("built.ivfpq");
        Matrix vectors = Samples.gaussian(arena, 500, 8, 1);
        long[] rows = LongStream.range(0, 500).toArray();
        try (Workers workers = Workers.of(2)) {
            new IvfPqBuilder(new IvfPqSpec(16, subspaces, bits, 500, 3, 1), workers, Kernels.best(), Progress.none())
                    .build(vectors, rows, "", built);
        }
        IvfPqIndex index = IvfPqIndex.open(built, Kernels.best(), arena);
        Path faiss = file("built.faiss", write(index));
        Path back = folder.resolve("back.ivfpq");
        FaissReader.read(faiss, vectors, back);
        IvfPqIndex same = IvfPqIndex.open(back, Kernels.best(), arena);
        assertEquals(index.defaults(), same.defaults());
        Matrix queries = Samples.gaussian(arena, 20, 8, 2);
        for (SearchParams params : List.of(new SearchParams(2, 10), SearchParams.exhaustive())) {
            Neighbors expected = Samples.search(index, queries, 10, params);
            Neighbors found = Samples.search(same, queries, 10, params);
            assertEquals(1, found.recall(expected, 10));
            assertEquals(expected.score(19, 9), found.score(19, 9));
        }
        assertArrayEquals(Files.readAllBytes(faiss), write(same));
    }

    @Test
    void listsMayBeSparseAndADirectMapIsPassedOver() throws IOException {
        byte[] golden = resource("ivfpq.faiss");
        ByteBuffer sizes = ByteBuffer.wrap(golden).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream other = new ByteArrayOutputStream();
        other.write(golden, 0, DIRECT_MAP);
        other.write(2);
        other.write(longs(1, 77, 1, 5, 6));
        other.write(golden, RESIDUAL, SIZES - 8 - 4 - RESIDUAL);
        other.write("sprs".getBytes(StandardCharsets.US_ASCII));
        other.write(longs(
                8,
                0,
                sizes.getLong(SIZES),
                1,
                sizes.getLong(SIZES + 8),
                2,
                sizes.getLong(SIZES + 16),
                3,
                sizes.getLong(SIZES + 24)));
        other.write(golden, DATA, golden.length - DATA);
        assertArrayEquals(golden, write(read(other.toByteArray())));
    }

    private static byte[] longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        LongStream.of(values).forEach(bytes::putLong);
        return bytes.array();
    }

    @Test
    void refusesEveryTruncationAndWhatFollows() throws IOException {
        byte[] golden = resource("ivfpq.faiss");
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);
            assertThrows(CorruptFileException.class, () -> read(cut), "length " + length);
        }
        assertThrows(CorruptFileException.class, () -> read(Arrays.copyOf(golden, golden.length + 1)));
    }

    @Test
    void aFlippedBitIsRefusedOrHarmless() throws IOException {
        byte[] golden = resource("ivfpq.faiss");
        Matrix query = Samples.gaussian(arena, 1, 6, 1);
        int refused = 0;
        for (int at = 0; at < golden.length; at++) {
            byte[] flipped = golden.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            try (Arena mapping = Arena.ofShared()) {
                Path out = folder.resolve("flipped.ivfpq");
                FaissReader.readCodes(file("flipped.faiss", flipped), out);
                IvfPqIndex index = IvfPqIndex.open(out, Kernels.best(), mapping);
                assertEquals(
                        10,
                        Samples.search(index, query, 10, SearchParams.exhaustive())
                                .count(0));
            } catch (CorruptFileException e) {
                refused++;
            }
        }
        assertTrue(refused > 150, refused + " refused; the file has no checksums, but sizes and kinds are checked");
    }

    @ParameterizedTest
    @CsvSource({
        "dimension, 4, 2147483647",
        "dimension, 4, 0",
        "number of vectors, 8, 9223372036854775807",
        "number of vectors, 8, -1",
        "number of lists, 37, 2147483647",
        "centroids, 90, 1152921504606846976",
        "centroids, 90, -1",
        "direct map, 195, 1152921504606846976",
        "number of sub-vectors, 220, 4",
        "bits of a sub-vector, 228, 16",
        "codebooks, 236, 4611686018427387904",
        "sizes of lists, 1036, -1",
        "size of list 0, 1044, 9223372036854775807",
        "sum of the lists' sizes, 1044, 1"
    })
    void refusesHostileSizes(String what, int at, long value) throws IOException {
        byte[] hostile = resource("ivfpq.faiss");
        ByteBuffer bytes = ByteBuffer.wrap(hostile).order(ByteOrder.LITTLE_ENDIAN);
        if (what.equals("dimension")) {
            bytes.putInt(at, (int) value);
        } else {
            bytes.putLong(at, value);
        }
        String message =
                assertThrows(CorruptFileException.class, () -> read(hostile)).toString();
        assertTrue(message.contains(what), message);
        assertTrue(message.contains("faiss.write_index"), message);
        assertFalse(Files.exists(folder.resolve("read.ivfpq")));
    }

    @Test
    void refusesOtherKindsByName() throws IOException {
        assertRefused(0, "IxPT", "kind of index", "'IwPQ', found 'IxPT'");
        assertRefused(QUANTIZER, "IHNf", "kind of quantizer", "'IxFI', found 'IHNf'");
        assertRefused(METRIC, "\1\0\0\0", "metric", "inner product, found 1, Euclidean distance");
        assertRefused(RESIDUAL, "\0", "by_residual", "expected 1, found 0");
        assertRefused(LISTS, "ilod", "kind of lists", "'ilar', found 'ilod'");
    }

    private void assertRefused(int at, String bytes, String... parts) throws IOException {
        byte[] other = resource("ivfpq.faiss");
        byte[] text = bytes.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(text, 0, other, at, text.length);
        String message =
                assertThrows(CorruptFileException.class, () -> read(other)).toString();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void refusesVectorsThatAreNotThoseOfTheFile() throws IOException {
        Path faiss = file("a.faiss", resource("ivfpq.faiss"));
        Path out = folder.resolve("a.ivfpq");
        Matrix few = Samples.gaussian(arena, 60, 6, 1);
        String message = assertThrows(IllegalArgumentException.class, () -> FaissReader.read(faiss, few, out))
                .toString();
        assertTrue(message.contains("there are 60, but the faiss index has the id"), message);
        Matrix narrow = Samples.gaussian(arena, 200, 5, 1);
        message = assertThrows(IllegalArgumentException.class, () -> FaissReader.read(faiss, narrow, out))
                .toString();
        assertTrue(message.contains("of dimension 5, but the faiss index is of dimension 6"), message);
        assertFalse(Files.exists(out));
    }
}

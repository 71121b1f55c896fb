package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VectorFilesTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void free() {
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({"fvecs,1,1", "fvecs,7,17", "npy,1,1", "npy,7,17", "npy,0,5", "npy,1000000,1", "FVECS,3,2"})
    void readsBackWhatWasWritten(String ending, int rows, int dimension) throws IOException {
        Path path = folder.resolve("x." + ending);
        Matrix x = Samples.gaussian(arena, rows, dimension, 1);
        VectorFiles.write(path, x);
        Matrix read = VectorFiles.read(path, arena);
        assertEquals(x.shape(), read.shape());
        assertTrue(Arrays.deepEquals(x.toArray(), read.toArray()));
    }

    @ParameterizedTest
    @CsvSource({"fvecs,1,1", "fvecs,7,17", "npy,7,17", "npy,0,5"})
    void mapsWhatItReads(String ending, int rows, int dimension) throws IOException {
        Path path = folder.resolve("x." + ending);
        Matrix x = Samples.gaussian(arena, rows, dimension, 1);
        VectorFiles.write(path, x);
        VectorSource source = VectorFiles.map(path, arena);
        assertEquals(rows, source.rows());
        assertEquals(dimension, source.cols());
        Matrix backwards = Matrix.allocate(arena, rows, dimension);
        for (int row = rows - 1; row >= 0; row--) {
            source.copyRow(row, backwards, row);
        }
        assertTrue(Arrays.deepEquals(x.toArray(), backwards.toArray()));
    }

    @Test
    void readsBackIntegers() throws IOException {
        Path path = folder.resolve("truth.ivecs");
        int[][] x = {{1, -2, 3}, {Integer.MAX_VALUE, 0, 5}};
        VectorFiles.writeIvecs(path, x);
        assertTrue(Arrays.deepEquals(x, VectorFiles.readIvecs(path)));
        assertThrows(IllegalArgumentException.class, () -> VectorFiles.writeIvecs(path, new int[][] {{1}, {1, 2}}));
    }

    @Test
    void readsUnsignedBytes() throws IOException {
        Path path = folder.resolve("x.bvecs");
        Files.write(path, new byte[] {2, 0, 0, 0, 1, (byte) 255, 2, 0, 0, 0, (byte) 128, 0});
        assertArrayEquals(
                new float[][] {{1, 255}, {128, 0}},
                VectorFiles.read(path, arena).toArray());
    }

    @Test
    void readsWhatNumpyWrites() throws IOException {
        for (int version = 1; version <= 3; version++) {
            Path path = folder.resolve("x.npy");
            Files.write(path, npy(version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", 6));
            assertArrayEquals(
                    new float[][] {{0, 1, 2}, {3, 4, 5}},
                    VectorFiles.read(path, arena).toArray());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fvecs", "npy"})
    void refusesEveryTruncation(String ending) throws IOException {
        Path path = folder.resolve("x." + ending);
        VectorFiles.write(path, Samples.gaussian(arena, 3, 5, 1));
        byte[] good = Files.readAllBytes(path);
        for (int length = 1; length < good.length; length++) {
            // A file of vectors that ends between two of them cannot be told from a shorter one.
            if (ending.equals("npy") || length % 24 != 0) {
                Files.write(path, Arrays.copyOf(good, length));
                assertThrows(CorruptFileException.class, () -> VectorFiles.read(path, arena), "length " + length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 6, 1 << 29, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesHostileDimensionsAndNamesThePlace(int dimension) throws IOException {
        Path path = folder.resolve("x.fvecs");
        for (int at : new int[] {0, 24, 48}) {
            VectorFiles.write(path, Samples.gaussian(arena, 3, 5, 1));
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(at, dimension);
            byte[] changed = new byte[bytes.capacity()];
            bytes.get(0, changed);
            Files.write(path, changed);
            assertMessage(path, at == 0 ? ": expected " : "dimension at byte " + at + ": expected 5 as in the first");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }| type: expected <f4, found <f8",
                "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }| type: expected <f4, found >f4",
                "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }| Fortran order: expected False, found True",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }| shape: expected two sizes, found (6,)",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }| expected 8 floats, found 6 floats",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }| found 6 floats",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3000000000, 1), }| found 6 floats",
                "{'descr': '<f4', 'fortran_order': False, }| found {'descr'",
            })
    void refusesOtherArraysAndSaysHowToSaveThem(String headerAndMessage) throws IOException {
        int bar = headerAndMessage.indexOf('|');
        Path path = folder.resolve("x.npy");
        Files.write(path, npy(1, headerAndMessage.substring(0, bar), 6));
        assertMessage(path, headerAndMessage.substring(bar + 2));
        assertMessage(path, "np.save(path");
    }

    @Test
    void refusesHostileHeaderLengthsAndVersions() throws IOException {
        Path path = folder.resolve("x.npy");
        for (int length : new int[] {-1, Integer.MAX_VALUE, 1 << 20}) {
            byte[] bytes = npy(2, "{}", 1_000_000);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8, length);
            Files.write(path, bytes);
            assertMessage(path, "header length at byte 8: expected at most 65536, found " + length);
        }
        Files.write(path, npy(4, "{}", 6));
        assertMessage(path, "version at byte 6: expected 1, 2 or 3, found 4");
    }

    @Test
    void refusesUnknownEndings() {
        Path path = folder.resolve("x.txt");
        assertThrows(IllegalArgumentException.class, () -> VectorFiles.write(path, Matrix.allocate(arena, 1, 1)));
    }

    @Test
    void anEmptyFileHasNoVectors() throws IOException {
        Path path = folder.resolve("x.fvecs");
        Files.createFile(path);
        assertEquals(0, VectorFiles.read(path, arena).rows());
    }

    private void assertMessage(Path path, String part) {
        String message = assertThrows(CorruptFileException.class, () -> VectorFiles.read(path, arena))
                .toString();
        assertTrue(message.contains(path + ": ") && message.contains(part), message);
    }

    private static byte[] npy(int version, String header, int floats) {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        int start = version == 1 ? 10 : 12;
        byte[] bytes = new byte[start + text.length + 4 * floats];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        buffer.put((byte) version).put((byte) 0);
        buffer.putShort(8, (short) text.length);
        if (version > 1) {
            buffer.putInt(8, text.length);
        }
        buffer.put(start, text);
        for (int i = 0; i < floats; i++) {
            buffer.putFloat(start + text.length + 4 * i, i);
        }
        return bytes;
    }
}

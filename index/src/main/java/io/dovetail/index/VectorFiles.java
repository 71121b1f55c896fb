package io.dovetail.index;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Matrix;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Reads and writes files of vectors that other tools know, told apart by their endings.
 *
 * <ul>
 *   <li>{@code .fvecs}, {@code .bvecs}, {@code .ivecs}: per vector an int32 dimension, then that many float32, uint8 or
 *       int32, all little-endian. All vectors of a file have the same dimension.
 *   <li>{@code .npy}, format versions 1 to 3: a two-dimensional float32 array in C order, little-endian.
 * </ul>
 *
 * <p>Readers map the file and check sizes against its length before they allocate. Their messages name file, place,
 * expectation and finding.
 */
public final class VectorFiles {

    private VectorFiles() {}

    /**
     * Reads float vectors from a {@code .fvecs}, {@code .bvecs} or {@code .npy} file.
     *
     * @param path the file
     * @param arena owner of the result
     * @return (vectors, dimension)
     * @throws CorruptFileException if the file is damaged
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if the ending is another
     */
    public static Matrix read(Path path, Arena arena) throws IOException {
        try (Arena mapping = Arena.ofConfined()) {
            VectorSource source = map(path, mapping);
            Matrix x = Matrix.allocate(arena, source.rows(), source.cols());
            for (int row = 0; row < x.rows(); row++) {
                source.copyRow(row, x, row);
            }
            return x;
        }
    }

    /**
     * Maps a {@code .fvecs}, {@code .bvecs} or {@code .npy} file of float vectors, for work that need not hold them in
     * memory: the system reads pages as they are asked for and may forget them. The file must not change meanwhile; one
     * that is cut short ends the JVM's access with an {@link InternalError}.
     *
     * @param path the file
     * @param arena owner of the mapping: shared, if several threads read
     * @return the vectors
     * @throws CorruptFileException if the file is damaged
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if the ending is another
     */
    public static VectorSource map(Path path, Arena arena) throws IOException {
        String ending = ending(path);
        MemorySegment file = mapBytes(path, arena);
        return switch (ending) {
            case "fvecs" -> VecsFormat.of(path, file, Float.BYTES).floats();
            case "bvecs" -> VecsFormat.of(path, file, Byte.BYTES).bytes();
            case "npy" -> NpyFormat.of(path, file);
            default ->
                throw new IllegalArgumentException(
                        path + ": vectors are read from .fvecs, .bvecs and .npy files, not '." + ending + "'");
        };
    }

    /**
     * Writes float vectors to a {@code .fvecs} or {@code .npy} file.
     *
     * @param path the file
     * @param vectors (vectors, dimension)
     * @throws IOException if writing fails
     * @throws IllegalArgumentException if the ending is another
     */
    public static void write(Path path, Matrix vectors) throws IOException {
        try (VectorFileWriter writer = new VectorFileWriter(path, vectors.cols())) {
            writer.append(vectors);
            writer.commit();
        }
    }

    /**
     * Reads integer vectors, such as the true neighbours of queries, from an {@code .ivecs} file.
     *
     * @param path the file
     * @return a row per vector
     * @throws CorruptFileException if the file is damaged
     * @throws IOException if it cannot be read
     */
    public static int[][] readIvecs(Path path) throws IOException {
        try (Arena mapping = Arena.ofConfined()) {
            return VecsFormat.of(path, mapBytes(path, mapping), Integer.BYTES).ints();
        }
    }

    /**
     * Writes integer vectors to an {@code .ivecs} file.
     *
     * @param path the file
     * @param vectors rows of equal length
     * @throws IOException if writing fails
     */
    public static void writeIvecs(Path path, int[][] vectors) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            VecsFormat.write(out, vectors);
        }
    }

    static MemorySegment mapBytes(Path path, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    static String ending(Path path) {
        String name = path.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}

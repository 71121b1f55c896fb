package io.dovetail.index;

import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.Matrix;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Writes a file of float vectors part by part, without knowing how many there will be. The file appears by {@link #commit},
 * whole; its ending is {@code .fvecs} or {@code .npy}, see {@link VectorFiles}. Not thread-safe.
 */
public final class VectorFileWriter implements Closeable {
    private final ReplacedFile file;
    private final boolean npy;
    private final int dimension;
    private final byte[] record;
    private final int prefix;
    private long rows;

    /**
     * Begins a file.
     *
     * @param path the file to make or to replace
     * @param dimension of all vectors
     * @throws IOException if it cannot be opened
     * @throws IllegalArgumentException if the ending is another
     */
    public VectorFileWriter(Path path, int dimension) throws IOException {
        String ending = VectorFiles.ending(path);
        if (!ending.equals("fvecs") && !ending.equals("npy")) {
            throw new IllegalArgumentException(
                    path + ": vectors are written to .fvecs and .npy files, not '." + ending + "'");
        }
        this.dimension = dimension;
        npy = ending.equals("npy");
        prefix = npy ? 0 : Integer.BYTES;
        record = new byte[Math.addExact(prefix, Math.multiplyExact(dimension, Float.BYTES))];
        if (!npy) {
            ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).putInt(dimension);
        }
        file = new ReplacedFile(path);
        if (npy) {
            file.out().write(NpyFormat.header(0, dimension));
        }
    }

    /**
     * Adds vectors.
     *
     * @param vectors (any number, dimension)
     * @throws IOException if writing fails
     */
    public void append(Matrix vectors) throws IOException {
        if (vectors.cols() != dimension) {
            throw new IllegalArgumentException(
                    "vectors: a " + vectors.shape() + " matrix for a file of dimension " + dimension);
        }
        for (int row = 0; row < vectors.rows(); row++) {
            MemorySegment.copy(
                    vectors.data(), ValueLayout.JAVA_BYTE, vectors.offset(row), record, prefix, record.length - prefix);
            file.out().write(record);
        }
        rows += vectors.rows();
    }

    /** {@return the number of vectors so far} */
    public long rows() {
        return rows;
    }

    /**
     * Ends the file and gives it its name.
     *
     * @throws IOException if writing fails
     */
    public void commit() throws IOException {
        if (npy) {
            file.overwrite(0, NpyFormat.header(rows, dimension));
        }
        file.commit();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

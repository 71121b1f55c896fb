package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.MemorySegment;

/**
 * Vectors to build an index of, read by row and more than once: in memory, or in a mapped file, see
 * {@link VectorFiles#map}. Any number of threads may read at a time, as far as the arena of the memory allows.
 */
public interface VectorSource {

    /** {@return the number of vectors} */
    int rows();

    /** {@return the dimension} */
    int cols();

    /**
     * Copies a vector.
     *
     * @param row which, in [0, rows)
     * @param target receives it, {@link #cols} wide
     * @param targetRow row of the target
     */
    void copyRow(int row, Matrix target, int targetRow);

    /**
     * The rows of a matrix.
     *
     * @param vectors (n, d); what lies between its rows is not read
     * @return a source that reads them where they are
     */
    static VectorSource of(Matrix vectors) {
        return new VectorSource() {
            @Override
            public int rows() {
                return vectors.rows();
            }

            @Override
            public int cols() {
                return vectors.cols();
            }

            @Override
            public void copyRow(int row, Matrix target, int targetRow) {
                MemorySegment.copy(
                        vectors.data(),
                        vectors.offset(row),
                        target.data(),
                        target.offset(targetRow),
                        (long) vectors.cols() * Float.BYTES);
            }
        };
    }
}

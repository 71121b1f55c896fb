package io.dovetail.kernels;

/** What is done with {@link CompactRows}, on the caller's thread, without allocation. */
public abstract sealed class CompactKernels permits ScalarCompactKernels, VectorCompactKernels {

    CompactKernels() {}

    /**
     * {@code out[i] = rows[index[from + i]]} for i in [0, count), as floats: what inner products are then taken of. All
     * values are exact, so scalar and vector kernels give the same bits.
     *
     * @param rows (n, d)
     * @param index rows to read
     * @param from first place in the index
     * @param count number of rows
     * @param out at least (count, d)
     */
    public final void decodeAt(CompactRows rows, int[] index, int from, int count, Matrix out) {
        if (from < 0 || count < 0 || from > index.length - count || out.rows() < count || out.cols() != rows.cols()) {
            throw new IllegalArgumentException("decodeAt: places [" + from + ", " + (from + (long) count) + ") of "
                    + index.length + ", rows " + rows.rows() + "x" + rows.cols() + ", out " + out.shape());
        }
        for (int i = from; i < from + count; i++) {
            if (index[i] < 0 || index[i] >= rows.rows()) {
                throw new IllegalArgumentException("decodeAt: row " + index[i] + " of " + rows.rows());
            }
        }
        for (int i = 0; i < count; i++) {
            decode(rows, rows.offset(index[from + i]), out, out.offset(i));
        }
    }

    /** One row, from and to these bytes. */
    abstract void decode(CompactRows rows, long offset, Matrix out, long at);

    /** The columns from {@code from} on, one by one. */
    static void decodeOneByOne(CompactRows rows, long offset, int from, Matrix out, long at) {
        for (int col = from; col < rows.cols(); col++) {
            float value = rows.elementAt(offset + (long) col * rows.elements().bytes());
            out.data().set(Matrix.FLOAT, at + (long) col * Float.BYTES, value);
        }
    }
}

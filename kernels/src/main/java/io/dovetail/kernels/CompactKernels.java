package io.dovetail.kernels;

/** What is done with {@link CompactRows}, on the caller's thread, without allocation. */
public abstract sealed class CompactKernels permits ScalarCompactKernels, VectorCompactKernels {

    CompactKernels() {}

    /**
     * {@code out[0, i] = <query, rows[index[i]]>} for i in [0, count), of elements as floats: as {@link SearchKernels#dotsAt}.
     * An element is widened where it is multiplied, and exactly.
     *
     * @param query (1, d)
     * @param rows (n, d)
     * @param index rows to score, at least count long
     * @param count number of rows
     * @param out at least (1, count)
     */
    public final void dotsAt(Matrix query, CompactRows rows, int[] index, int count, Matrix out) {
        if (query.cols() != rows.cols() || count < 0 || count > index.length || out.cols() < count) {
            throw new IllegalArgumentException("dotsAt: query " + query.shape() + ", " + count + " of " + index.length
                    + " rows of " + rows.rows() + "x" + rows.cols() + ", out " + out.shape());
        }
        int outside = RowLists.firstOutside(index, 0, count, rows.rows());
        if (outside >= 0) {
            throw new IllegalArgumentException("dotsAt: row " + index[outside] + " of " + rows.rows());
        }
        int chunk = ReadAhead.rowsAtATime(rows.offset(1));
        for (int from = 0; from < count; from += chunk) {
            int to = Math.min(count, from + chunk);
            out.set(0, from, ReadAhead.rows(rows.data(), rows.offset(1), rows.offset(1), index, from, to));
            for (int i = from; i < to; i++) {
                out.set(0, i, dot(query, rows, rows.offset(index[i])));
            }
        }
    }

    /** The inner product with the row at this byte. */
    abstract float dot(Matrix query, CompactRows rows, long offset);

    /** What the columns from {@code from} on add to it, one after the other. */
    static float dotFrom(int from, Matrix query, CompactRows rows, long offset) {
        float sum = 0;
        for (int col = from; col < rows.cols(); col++) {
            sum += query.get(0, col)
                    * rows.elementAt(offset + (long) col * rows.elements().bytes());
        }
        return sum;
    }
}

package io.dovetail.index;

import io.dovetail.kernels.Matrix;

/** What is left of vectors without the centroids of their lists. */
final class Residuals {

    private Residuals() {}

    /**
     * Turns vectors into residuals, in place.
     *
     * @param centroids (nlist, d)
     * @param lists the list of each row, from {@code first} on
     * @param first place in {@code lists} of row 0
     * @param rows (n, d)
     */
    static void subtract(Matrix centroids, int[] lists, int first, Matrix rows) {
        for (int row = 0; row < rows.rows(); row++) {
            long at = rows.offset(row);
            long from = centroids.offset(lists[first + row]);
            for (int col = 0; col < rows.cols(); col++) {
                long shift = (long) col * Float.BYTES;
                float centroid = centroids.data().get(Matrix.FLOAT, from + shift);
                float value = rows.data().get(Matrix.FLOAT, at + shift);
                rows.data().set(Matrix.FLOAT, at + shift, value - centroid);
            }
        }
    }
}

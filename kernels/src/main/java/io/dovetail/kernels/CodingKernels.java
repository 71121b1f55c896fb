package io.dovetail.kernels;

/** What chooses the codes of a product quantizer, on the caller's thread, without allocation. */
public abstract sealed class CodingKernels permits ScalarCodingKernels, VectorCodingKernels {

    /** Vectors stand side by side in multiples of this. */
    public static final int ABREAST = 16;

    CodingKernels() {}

    /**
     * For each of n vectors, the best centroid of one subspace. Of a vector with the sub-vector x and the part u of a
     * direction there, which errs by e along the direction in the other subspaces, that is the centroid b with the least
     * {@code |x - b|² + weight (e + <u, x - b>)²}; the first of equals.
     *
     * @param parts (w, n), a sub-vector per column
     * @param directions (w, n), the part of a vector's direction per column
     * @param centroids (w, K), a centroid per column, K at most 256
     * @param weight at least 0; 0 finds the nearest centroid
     * @param rests (1, n), e of each vector
     * @param own (1, n), receives {@code <u, x - b>} of the chosen
     * @param codes at least n long, receives numbers in [0, K)
     */
    public final void choose(
            Matrix parts, Matrix directions, Matrix centroids, float weight, Matrix rests, Matrix own, int[] codes) {
        int n = parts.cols();
        if (directions.cols() != n
                || directions.rows() != parts.rows()
                || centroids.rows() != parts.rows()
                || centroids.cols() < 1
                || centroids.cols() > 256
                || n % ABREAST != 0
                || rests.cols() != n
                || own.cols() != n
                || codes.length < n) {
            throw new IllegalArgumentException("choose: parts " + parts.shape() + ", directions " + directions.shape()
                    + ", centroids " + centroids.shape() + ", rests " + rests.shape() + ", own " + own.shape() + ", "
                    + codes.length + " codes");
        }
        if (!(weight >= 0)) {
            throw new IllegalArgumentException("choose: weight is at least 0, got " + weight);
        }
        chooseUnchecked(parts, directions, centroids, weight, rests, own, codes);
    }

    abstract void chooseUnchecked(
            Matrix parts, Matrix directions, Matrix centroids, float weight, Matrix rests, Matrix own, int[] codes);
}

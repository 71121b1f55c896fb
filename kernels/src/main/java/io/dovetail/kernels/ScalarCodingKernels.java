package io.dovetail.kernels;

/** The reference. */
final class ScalarCodingKernels extends CodingKernels {

    @Override
    void chooseUnchecked(
            Matrix parts, Matrix directions, Matrix centroids, float weight, Matrix rests, Matrix own, int[] codes) {
        for (int vector = 0; vector < parts.cols(); vector++) {
            float least = Float.POSITIVE_INFINITY;
            float ownOfLeast = 0;
            int code = 0;
            for (int centroid = 0; centroid < centroids.cols(); centroid++) {
                float squares = 0;
                float along = 0;
                for (int row = 0; row < parts.rows(); row++) {
                    float error = parts.get(row, vector) - centroids.get(row, centroid);
                    squares = Math.fma(error, error, squares);
                    along = Math.fma(error, directions.get(row, vector), along);
                }
                float all = along + rests.get(0, vector);
                float cost = Math.fma(all * weight, all, squares);
                if (cost < least) {
                    least = cost;
                    ownOfLeast = along;
                    code = centroid;
                }
            }
            own.set(0, vector, ownOfLeast);
            codes[vector] = code;
        }
    }
}

package io.dovetail.index;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/** Vectors as they came. */
final class FloatVectors extends StoredVectors {

    private final Matrix vectors;
    private final VectorSource source;

    FloatVectors(Matrix vectors) {
        this.vectors = vectors;
        source = VectorSource.of(vectors);
    }

    @Override
    public VectorPrecision precision() {
        return VectorPrecision.FLOAT32;
    }

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
        source.copyRow(row, target, targetRow);
    }

    @Override
    public Matrix toMatrix(Arena arena) {
        return vectors;
    }

    @Override
    ColumnScale scale() {
        return ColumnScale.none(cols());
    }

    @Override
    RowScorer scorer(Kernels kernels, Arena arena) {
        return new RowScorer() {
            private Matrix query = vectors;

            @Override
            public void query(Matrix one) {
                query = one;
            }

            @Override
            public void score(int[] rows, int count, Matrix out) {
                kernels.search().dotsAt(query, vectors, rows, count, out);
            }
        };
    }
}

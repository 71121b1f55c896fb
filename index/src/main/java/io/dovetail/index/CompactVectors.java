package io.dovetail.index;

import io.dovetail.kernels.CompactRows;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/**
 * Vectors of small numbers. With x = middles + steps ∘ c, {@code <q, x> = <q, middles> + <q ∘ steps, c>}: a query is scaled
 * once, and rows are scored as they are kept.
 */
final class CompactVectors extends StoredVectors {

    private final VectorPrecision precision;
    private final CompactRows rows;
    private final ColumnScale scale;

    CompactVectors(VectorPrecision precision, CompactRows rows, ColumnScale scale) {
        this.precision = precision;
        this.rows = rows;
        this.scale = scale;
    }

    @Override
    public VectorPrecision precision() {
        return precision;
    }

    @Override
    public int rows() {
        return rows.rows();
    }

    @Override
    public int cols() {
        return rows.cols();
    }

    @Override
    public void copyRow(int row, Matrix target, int targetRow) {
        for (int col = 0; col < cols(); col++) {
            target.set(targetRow, col, scale.decoded(rows.get(row, col), col));
        }
    }

    @Override
    ColumnScale scale() {
        return scale;
    }

    @Override
    RowScorer scorer(Kernels kernels, Arena arena) {
        Matrix scaled = Matrix.allocate(arena, 1, cols());
        return new RowScorer() {
            private float middle;

            @Override
            public void query(Matrix query) {
                middle = scale.turn(query, scaled);
            }

            @Override
            public void score(int[] index, int count, Matrix out) {
                kernels.compact().dotsAt(scaled, rows, index, count, out);
                for (int i = 0; i < count; i++) {
                    out.set(0, i, out.get(0, i) + middle);
                }
            }
        };
    }
}

package io.dovetail.index;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/**
 * The vectors of an index in the order of its lists, as its file keeps them; {@link #copyRow} gives a row as floats. Any
 * number of threads may read at a time, as far as the arena of the index allows.
 */
public abstract sealed class StoredVectors implements VectorSource permits FloatVectors, CompactVectors {

    StoredVectors() {}

    /** {@return how numbers are kept} */
    public abstract VectorPrecision precision();

    /**
     * All vectors as floats.
     *
     * @param arena owner of a copy
     * @return (n, d): where they lie if they are floats, then read-only; else a copy
     */
    public Matrix toMatrix(Arena arena) {
        Matrix copy = Matrix.allocate(arena, rows(), cols());
        for (int row = 0; row < rows(); row++) {
            copyRow(row, copy, row);
        }
        return copy;
    }

    /** What numbers are multiples of. */
    abstract ColumnScale scale();

    /** Scores rows, for one thread; the arena owns its scratch. */
    abstract RowScorer scorer(Kernels kernels, Arena arena);

    /** Inner products of one query with rows. */
    interface RowScorer {

        /** Most rows at a time. */
        int MOST = 1024;

        /** From now on of this query (1, d), which must not change meanwhile. */
        void query(Matrix query);

        /** {@code out[0, i] = <query, rows[i]>} for i in [0, count), count at most {@link #MOST}. */
        void score(int[] rows, int count, Matrix out);
    }
}

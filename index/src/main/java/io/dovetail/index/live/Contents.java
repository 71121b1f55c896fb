package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.BitSet;

/** Vectors and their ids, in no particular order. */
public final class Contents {

    private final long[] ids;
    private final Matrix vectors;

    private Contents(int size, int dimension, Arena arena) {
        ids = new long[size];
        vectors = Matrix.allocate(arena, size, dimension);
    }

    /** {@return the ids, one per vector, unique; a new array} */
    public long[] ids() {
        return ids.clone();
    }

    /** {@return the vectors (n, d)} */
    public Matrix vectors() {
        return vectors;
    }

    /** All that a view shows, copied. */
    static Contents of(View view, Arena arena) {
        IvfPqIndex index = view.generation().index();
        BitSet old = generationRows(view);
        Contents contents = new Contents(view.size(), index.dimension(), arena);
        int to = 0;
        for (int row = old.nextSetBit(0); row >= 0; row = old.nextSetBit(row + 1)) {
            contents.ids[to] = index.id(row);
            index.vectors().copyRow(row, contents.vectors, to++);
        }
        contents.addLive(view, to);
        return contents;
    }

    /** The live rows that a view shows, copied. */
    static Contents ofLive(View view, Arena arena) {
        int count = view.size() - generationRows(view).cardinality();
        Contents contents = new Contents(count, view.rows().vectors().cols(), arena);
        contents.addLive(view, 0);
        return contents;
    }

    /** The rows of the generation that a view shows. */
    static BitSet generationRows(View view) {
        BitSet rows = new BitSet();
        for (int row = 0; row < view.generation().deaths().length; row++) {
            if (view.generationRow(row)) {
                rows.set(row);
            }
        }
        return rows;
    }

    private void addLive(View view, int from) {
        int to = from;
        for (int row = 0; row < view.count(); row++) {
            if (view.liveRow(row)) {
                ids[to] = view.rows().ids()[row];
                vectors.rows(to++, 1).copyFrom(view.rows().vectors().rows(row, 1));
            }
        }
    }
}

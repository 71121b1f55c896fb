package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Takes the item to be predicted out of a user's augmented vector: {@code a' = (n a - p) / (n - 1)}, with n the number of
 * items that the user is fitted on and p, a constant, the output of the one to be predicted. As far as a is the mean of the
 * outputs of the user's items, which the mimic loss draws it to, a' is the mean of the others. A user of one item takes the
 * mean of all users. Not thread-safe.
 */
public final class LeaveOneOut {
    private static final LeaveOneOut NOTHING = new LeaveOneOut(null, new int[0]);
    private static final int WHOLE = -1;

    private final @Nullable Matrix left;

    /** Of each row the number of the user's other items, or {@link #WHOLE}. */
    private final int[] others;

    private LeaveOneOut(@Nullable Matrix left, int[] others) {
        this.left = left;
        this.others = others;
    }

    /** {@return what leaves all vectors whole} */
    public static LeaveOneOut nothing() {
        return NOTHING;
    }

    /**
     * For batches of a user tower.
     *
     * @param arena owner of its memory
     * @param capacity greatest number of rows
     * @param width of an augmented vector; 0 if the model has none
     * @return to be prepared before each forward pass
     */
    public static LeaveOneOut of(Arena arena, int capacity, int width) {
        return width == 0 ? NOTHING : new LeaveOneOut(Matrix.allocate(arena, capacity, width), new int[capacity]);
    }

    /**
     * Says what to leave out in the next forward pass.
     *
     * @param rows the users; those whose id was dropped keep what stands for it
     * @param events what the users are fitted on
     * @param items outputs of items
     * @param slots row of {@code items} of the item to be predicted, for each user
     */
    public void prepare(TowerRows rows, FittedEvents events, Matrix items, int[] slots) {
        if (left == null) {
            return;
        }
        for (int row = 0; row < rows.size(); row++) {
            int user = rows.entity(row);
            boolean known = rows.identity(row) != TowerRows.UNKNOWN;
            others[row] = known ? events.start(user + 1) - events.start(user) - 1 : WHOLE;
            long from = items.offset(slots[row]);
            MemorySegment.copy(items.data(), from, left.data(), left.offset(row), (long) left.cols() * Float.BYTES);
        }
    }

    /**
     * Replaces augmented vectors.
     *
     * @param augmented (n, width), as looked up
     * @param from which row of the batch the first is
     * @param table its table, whose first row is the mean of all users
     */
    void forward(Matrix augmented, int from, Matrix table) {
        if (left == null) {
            return;
        }
        for (int row = 0; row < augmented.rows(); row++) {
            int count = others[from + row];
            float share = 1f / count;
            for (int j = 0; j < augmented.cols() && count != WHOLE; j++) {
                float whole = augmented.get(row, j);
                float rest = whole + share * (whole - left.get(from + row, j));
                augmented.set(row, j, count == 0 ? table.get(0, j) : rest);
            }
        }
    }

    /**
     * Turns the gradient by a' into that by a.
     *
     * @param dAugmented (n, width), updated
     * @param from which row of the batch the first is
     */
    void backward(Matrix dAugmented, int from) {
        if (left == null) {
            return;
        }
        for (int row = 0; row < dAugmented.rows(); row++) {
            int count = others[from + row];
            float factor = count == 0 ? 0 : 1 + 1f / count;
            for (int j = 0; j < dAugmented.cols() && count != WHOLE; j++) {
                dAugmented.set(row, j, factor * dAugmented.get(row, j));
            }
        }
    }
}

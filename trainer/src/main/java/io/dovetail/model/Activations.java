package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one tower's forward and backward pass, for up to a fixed number of rows. Not thread-safe.
 */
public final class Activations {
    private final Matrix input;
    private final Matrix dInput;
    private final List<Matrix> hidden = new ArrayList<>();
    private final List<Matrix> dHidden = new ArrayList<>();
    private final Matrix output;
    private final Matrix dOutput;
    private final Matrix inverseNorms;
    private final Matrix augmented;
    private final Matrix dAugmented;

    /** The input of the batch, one matrix per block. */
    final List<SparseMatrix> batch;

    private LeaveOneOut leaveOneOut = LeaveOneOut.nothing();
    private int rows;

    Activations(Arena arena, TowerInputs inputs, ModelSpec spec, int inputWidth, int capacity) {
        batch = inputs.newBatch();
        input = Matrix.allocate(arena, capacity, inputWidth);
        dInput = Matrix.allocate(arena, capacity, inputWidth);
        for (int width : spec.layers()) {
            hidden.add(Matrix.allocate(arena, capacity, width));
            dHidden.add(Matrix.allocate(arena, capacity, width));
        }
        output = hidden.getLast(); // the product that makes it scales its rows as well
        dOutput = Matrix.allocate(arena, capacity, spec.dimension());
        inverseNorms = Matrix.allocate(arena, 1, capacity);
        augmented = Matrix.allocate(arena, capacity, spec.augmented());
        dAugmented = Matrix.allocate(arena, capacity, spec.augmented());
    }

    /** {@return the greatest number of rows} */
    public int capacity() {
        return input.rows();
    }

    /**
     * Sets what is taken out of augmented vectors on their way into the tower.
     *
     * @param what to leave out, from the next pass on
     */
    public void leaveOut(LeaveOneOut what) {
        leaveOneOut = what;
    }

    LeaveOneOut leaveOneOut() {
        return leaveOneOut;
    }

    void use(int count) {
        if (count > capacity()) {
            throw new IllegalArgumentException("batch of " + count + " rows, room for " + capacity());
        }
        rows = count;
    }

    /** {@return the number of rows of the last forward pass} */
    public int rows() {
        return rows;
    }

    Matrix input() {
        return input.rows(0, rows);
    }

    Matrix dInput() {
        return dInput.rows(0, rows);
    }

    Matrix hidden(int layer) {
        return hidden.get(layer).rows(0, rows);
    }

    Matrix dHidden(int layer) {
        return dHidden.get(layer).rows(0, rows);
    }

    Matrix inverseNorms() {
        return inverseNorms.columns(0, rows);
    }

    /** {@return p (n, d), the unit vectors of the last forward pass} */
    public Matrix output() {
        return output.rows(0, rows);
    }

    /** {@return the gradient by p (n, d), which the losses write} */
    public Matrix dOutput() {
        return dOutput.rows(0, rows);
    }

    /** {@return the augmented vectors (n, d) of the batch as they stand in the table; (n, 0) if the model has none} */
    public Matrix augmented() {
        return augmented.rows(0, rows);
    }

    /** {@return the gradient by {@link #augmented} from the mimic loss alone (n, d)} */
    public Matrix dAugmented() {
        return dAugmented.rows(0, rows);
    }
}

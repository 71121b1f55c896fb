package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of a tower's memory as matrices, and the epilogues that refer to them: the same objects for any number of rows, so
 * that a step makes none. Not thread-safe.
 */
final class TowerViews {
    final Matrix input;
    final Matrix dInput;
    final Matrix[] hidden;
    final Matrix[] dHidden;
    final Matrix inverseNorms;
    final Matrix output;
    final Matrix dOutput;
    final Matrix dLast;
    final Matrix augmented;
    final Matrix dAugmented;

    /** The columns of the augmented vectors in input and dInput; without columns if there are none. */
    final Matrix inputAugmented;

    final Matrix dInputAugmented;

    /** The interest as looked up and as mapped, and its columns in input and dInput; without columns if there is none. */
    final Matrix pooled;

    final Matrix mapped;
    final Matrix dMapped;
    final Matrix inputInterest;
    final Matrix dInputInterest;

    /** The columns of output and dLast that the sum of the blocks goes to, for a tower without layers. */
    final Matrix sum;

    final Matrix dSum;

    /** The blocks of input and dInput, for such a tower. */
    final Matrix[] blocks;

    final Matrix[] dBlocks;

    /** What ends the product of each layer, and the mask of each layer's output for its gradient. */
    final Epilogue[] ends;

    final Epilogue[] masks;

    /** All matrices that have a row for each of the batch. */
    private final List<Matrix> rows = new ArrayList<>();

    /**
     * Views of all rows that there is room for; see {@link #use}.
     *
     * @param memory of the tower
     * @param from its first row
     * @param capacity greatest number of rows
     */
    TowerViews(Activations memory, int from, int capacity) {
        input = rows(memory.input, from, capacity);
        dInput = rows(memory.dInput, from, capacity);
        hidden = rows(memory.hidden, from, capacity);
        dHidden = rows(memory.dHidden, from, capacity);
        inverseNorms = memory.inverseNorms.columns(from, capacity);
        output = rows(memory.output, from, capacity);
        dOutput = rows(memory.dOutput, from, capacity);
        dLast = rows(memory.dLast, from, capacity);
        augmented = rows(memory.augmented, from, capacity);
        dAugmented = rows(memory.dAugmented, from, capacity);
        int column = memory.augmentedColumn();
        inputAugmented = columns(input, column, augmented.cols());
        dInputAugmented = columns(dInput, column, augmented.cols());
        sum = columns(output, 0, memory.sumWidth());
        dSum = columns(dLast, 0, memory.sumWidth());
        InterestBlock interests = memory.interests();
        pooled = interests == null ? columns(input, 0, 0) : rows(interests.pooled, from, capacity);
        mapped = interests == null ? pooled : rows(interests.mapped, from, capacity);
        dMapped = interests == null ? pooled : rows(interests.dMapped, from, capacity);
        inputInterest = interests == null ? pooled : columns(input, interests.column, pooled.cols());
        dInputInterest = interests == null ? pooled : columns(dInput, interests.column, pooled.cols());
        blocks = memory.blocks(input);
        dBlocks = memory.blocks(dInput);
        rows.addAll(List.of(blocks));
        rows.addAll(List.of(dBlocks));
        ends = memory.ends.toArray(Epilogue[]::new);
        if (ends.length > 0 && memory.scalesRows()) {
            ends[ends.length - 1] = ends[ends.length - 1].unitRows(inverseNorms);
        }
        masks = new Epilogue[hidden.length];
        for (int layer = 0; layer < masks.length; layer++) {
            masks[layer] = Epilogue.reluMask(hidden[layer]);
        }
    }

    private Matrix rows(Matrix matrix, int from, int capacity) {
        Matrix view = matrix.rows(from, capacity);
        rows.add(view);
        return view;
    }

    private Matrix[] rows(List<Matrix> matrices, int from, int capacity) {
        return matrices.stream().map(matrix -> rows(matrix, from, capacity)).toArray(Matrix[]::new);
    }

    private Matrix columns(Matrix view, int from, int count) {
        Matrix columns = view.columns(from, count);
        rows.add(columns);
        return columns;
    }

    /** Sets the number of rows of all views. */
    void use(int count) {
        for (int i = 0; i < rows.size(); i++) {
            Matrix view = rows.get(i);
            view.resize(count, view.cols());
        }
        inverseNorms.resize(1, count);
    }
}

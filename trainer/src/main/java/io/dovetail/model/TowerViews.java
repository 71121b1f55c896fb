package io.dovetail.model;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import java.util.List;

/**
 * Rows of a tower's memory as matrices, and the epilogues that refer to them. Made once for each range of rows: a step makes
 * none.
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

    TowerViews(Activations memory, int from, int count) {
        input = memory.input.rows(from, count);
        dInput = memory.dInput.rows(from, count);
        hidden = rows(memory.hidden, from, count);
        dHidden = rows(memory.dHidden, from, count);
        inverseNorms = memory.inverseNorms.columns(from, count);
        output = memory.output.rows(from, count);
        dOutput = memory.dOutput.rows(from, count);
        dLast = memory.dLast.rows(from, count);
        augmented = memory.augmented.rows(from, count);
        dAugmented = memory.dAugmented.rows(from, count);
        int column = memory.augmentedColumn();
        inputAugmented = input.columns(column, augmented.cols());
        dInputAugmented = dInput.columns(column, augmented.cols());
        sum = output.columns(0, memory.sumWidth());
        dSum = dLast.columns(0, memory.sumWidth());
        InterestBlock interests = memory.interests();
        pooled = interests == null ? input.columns(0, 0) : interests.pooled.rows(from, count);
        mapped = interests == null ? pooled : interests.mapped.rows(from, count);
        dMapped = interests == null ? pooled : interests.dMapped.rows(from, count);
        inputInterest = interests == null ? pooled : input.columns(interests.column, pooled.cols());
        dInputInterest = interests == null ? pooled : dInput.columns(interests.column, pooled.cols());
        blocks = memory.blocks(input);
        dBlocks = memory.blocks(dInput);
        ends = memory.ends.toArray(Epilogue[]::new);
        if (ends.length > 0 && memory.scalesRows()) {
            ends[ends.length - 1] = ends[ends.length - 1].unitRows(inverseNorms);
        }
        masks = new Epilogue[hidden.length];
        for (int layer = 0; layer < masks.length; layer++) {
            masks[layer] = Epilogue.reluMask(hidden[layer]);
        }
    }

    private static Matrix[] rows(List<Matrix> matrices, int from, int count) {
        return matrices.stream().map(matrix -> matrix.rows(from, count)).toArray(Matrix[]::new);
    }
}

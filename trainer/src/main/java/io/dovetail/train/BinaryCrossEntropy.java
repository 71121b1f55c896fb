package io.dovetail.train;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Engine;
import io.dovetail.model.Parameter;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy of each positive and its S random negatives (the paper's Eq. 4), mean over the T = (S + 1) positives
 * pairs. With a scale the logit is {@code w * score + b}.
 */
final class BinaryCrossEntropy implements Objective {
    private final int perPositive;
    private final @Nullable Parameter scale;
    private final @Nullable Matrix dScale;
    private final Matrix scores;
    private final Matrix logits;
    private final Matrix labels;
    private final int[] userRows;
    private final int[] itemRows;
    private final SparseMatrix dScores = new SparseMatrix();
    private final SparseMatrix transposed = new SparseMatrix();

    /**
     * The loss.
     *
     * @param arena owner of its memory
     * @param spec batch size and number of negatives
     * @param scale factor and offset of the logit, or null for 1 and 0
     * @param dScale receives their gradient; null exactly if {@code scale} is
     */
    BinaryCrossEntropy(Arena arena, TrainSpec spec, @Nullable Parameter scale, @Nullable Matrix dScale) {
        this.scale = scale;
        this.dScale = dScale;
        perPositive = spec.negatives() + 1;
        int pairs = Math.multiplyExact(spec.batch(), perPositive);
        scores = Matrix.allocate(arena, 1, pairs);
        logits = Matrix.allocate(arena, 1, pairs);
        labels = Matrix.allocate(arena, 1, pairs);
        userRows = new int[pairs];
        itemRows = new int[pairs];
        for (int t = 0; t < pairs; t++) {
            userRows[t] = t / perPositive;
            labels.set(0, t, t % perPositive == 0 ? 1 : 0);
        }
    }

    @Override
    public Negatives negatives() {
        return Negatives.PER_POSITIVE;
    }

    @Override
    public int pairs(Batch batch) {
        return batch.positives * perPositive;
    }

    @Override
    public double apply(Engine engine, Batch batch, Matrix users, Matrix items, Matrix dUsers, Matrix dItems) {
        int pairs = pairs(batch);
        for (int t = 0; t < pairs; t++) {
            int positive = t / perPositive;
            int nth = t % perPositive;
            int draw = nth == 0 ? positive : batch.positives + positive * (perPositive - 1) + nth - 1;
            itemRows[t] = batch.slots[draw];
        }
        Matrix score = scores.columns(0, pairs);
        Matrix logit = logits.columns(0, pairs);
        engine.kernels().losses().pairDots(engine.workers(), users, userRows, items, itemRows, pairs, score);
        float factor = scale == null ? 1 : scale.value().get(0, 0);
        float offset = scale == null ? 0 : scale.value().get(0, 1);
        for (int t = 0; t < pairs; t++) {
            logit.set(0, t, Math.fma(factor, score.get(0, t), offset));
        }
        double loss = engine.kernels()
                .losses()
                .binaryCrossEntropy(engine.workers(), logit, labels.columns(0, pairs), 1f / pairs, logit);
        scaleGradient(score, logit);
        dScores.clear();
        for (int t = 0; t < pairs; t++) {
            dScores.add(itemRows[t], factor * logit.get(0, t));
            if ((t + 1) % perPositive == 0) {
                dScores.endRow();
            }
        }
        transposed.transposeOf(dScores, batch.distinct);
        int d = users.cols();
        engine.kernels().layers().sparseTimesDense(engine.workers(), dScores, items, 0, dUsers, 0, d);
        engine.kernels().layers().sparseTimesDense(engine.workers(), transposed, users, 0, dItems, 0, d);
        return loss / pairs;
    }

    private void scaleGradient(Matrix score, Matrix dLogit) {
        if (dScale == null) {
            return;
        }
        double dFactor = 0;
        double dOffset = 0;
        for (int t = 0; t < score.cols(); t++) {
            dFactor += (double) dLogit.get(0, t) * score.get(0, t);
            dOffset += dLogit.get(0, t);
        }
        dScale.set(0, 0, (float) dFactor);
        dScale.set(0, 1, (float) dOffset);
    }
}

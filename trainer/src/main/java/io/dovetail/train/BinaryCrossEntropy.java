package io.dovetail.train;

import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;

/**
 * Binary cross-entropy of each positive and its own negatives (the paper's Eq. 4), mean over the T pairs: positives, their
 * S random negatives, their hard ones. With gBCE a positive's term is weighted by {@link Calibration}.
 */
final class BinaryCrossEntropy implements Objective {
    private final int perPositive;
    private final float beta;
    private final LogitScale scale;
    private final Matrix scores;
    private final Matrix logits;
    private final Matrix ones;
    private final Matrix zeros;
    private final int[] userRows;
    private final SparseMatrix dScores = new SparseMatrix();
    private final SparseMatrix transposed = new SparseMatrix();

    /**
     * The loss.
     *
     * @param arena owner of its memory
     * @param spec batch size, negatives, calibration
     * @param items number of items
     * @param scale from scores to logits
     */
    BinaryCrossEntropy(Arena arena, TrainSpec spec, int items, LogitScale scale) {
        this.scale = scale;
        perPositive = spec.loss().negatives();
        beta = Calibration.beta(spec.loss(), items);
        int pairs = Math.toIntExact(spec.loss().draws(spec.batch()));
        scores = Matrix.allocate(arena, 1, pairs);
        logits = Matrix.allocate(arena, 1, pairs);
        ones = Matrix.allocate(arena, 1, spec.batch());
        ones.fill(1);
        zeros = Matrix.allocate(arena, 1, pairs);
        userRows = new int[pairs];
    }

    @Override
    public Negatives negatives() {
        return Negatives.PER_POSITIVE;
    }

    @Override
    public int pairs(Batch batch) {
        return batch.draws;
    }

    @Override
    public double apply(Engine engine, Batch batch, Matrix users, Matrix items, Matrix dUsers, Matrix dItems) {
        int positives = batch.positives;
        int pairs = pairs(batch);
        for (int t = 0; t < pairs; t++) {
            userRows[t] = batch.positiveOfDraw(t, perPositive);
        }
        Matrix score = scores.columns(0, pairs);
        Matrix logit = logits.columns(0, pairs);
        LossKernels losses = engine.kernels().losses();
        losses.pairDots(engine.workers(), users, userRows, items, batch.slots, pairs, score);
        float factor = scale.factor();
        float offset = scale.offset();
        for (int t = 0; t < pairs; t++) {
            logit.set(0, t, Math.fma(factor, score.get(0, t), offset));
        }
        double loss = beta * cross(engine, logit.columns(0, positives), ones, beta / pairs)
                + cross(engine, logit.columns(positives, pairs - positives), zeros, 1f / pairs);
        if (scale.learned()) {
            scaleGradient(score, logit);
        }
        fillGradient(batch, logit, factor);
        int d = users.cols();
        engine.kernels().layers().sparseTimesDense(engine.workers(), dScores, items, 0, dUsers, 0, d);
        engine.kernels().layers().sparseTimesDense(engine.workers(), transposed, users, 0, dItems, 0, d);
        return loss / pairs;
    }

    /** The sum of the losses of logits that all have one label; the logits become their gradients. */
    private static double cross(Engine engine, Matrix logit, Matrix labels, float gradientScale) {
        return engine.kernels()
                .losses()
                .binaryCrossEntropy(engine.workers(), logit, labels.columns(0, logit.cols()), gradientScale, logit);
    }

    private void fillGradient(Batch batch, Matrix dLogit, float factor) {
        dScores.clear();
        for (int i = 0; i < batch.positives; i++) {
            dScores.add(batch.slots[i], factor * dLogit.get(0, i));
            int uniform = batch.positives + i * perPositive;
            for (int t = uniform; t < uniform + perPositive; t++) {
                dScores.add(batch.slots[t], factor * dLogit.get(0, t));
            }
            int hard = batch.firstHard() + i * batch.hard;
            for (int t = hard; t < hard + batch.hard; t++) {
                dScores.add(batch.slots[t], factor * dLogit.get(0, t));
            }
            dScores.endRow();
        }
        transposed.transposeOf(dScores, batch.distinct);
    }

    private void scaleGradient(Matrix score, Matrix dLogit) {
        double dFactor = 0;
        double dOffset = 0;
        for (int t = 0; t < score.cols(); t++) {
            dFactor += (double) dLogit.get(0, t) * score.get(0, t);
            dOffset += dLogit.get(0, t);
        }
        scale.setGradient(dFactor, dOffset);
    }
}

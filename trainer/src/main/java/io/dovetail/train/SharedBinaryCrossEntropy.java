package io.dovetail.train;

import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;

/**
 * Binary cross-entropy of each positive against uniform negatives that the whole batch shares: the item tower runs once for
 * many users, and all scores are one product. Mean over the T pairs: each positive with its item, with each distinct shared
 * negative, and with its hard ones; negatives that a user has had add nothing. With gBCE a positive's term is weighted by
 * {@link Calibration}.
 */
final class SharedBinaryCrossEntropy implements Objective {
    private final float beta;
    private final LogitScale scale;
    private final Engine engine;
    private final SharedLogits logits;
    private final Matrix labels;
    private final Matrix targets;
    private final Matrix targetLabels;
    private final Matrix columnSums;
    private final int[] ownRows;

    /**
     * The loss.
     *
     * @param engine what to compute on
     * @param arena owner of its memory
     * @param spec batch size, negatives, calibration
     * @param events what users have had
     * @param items number of items
     * @param scale from scores to logits
     */
    SharedBinaryCrossEntropy(
            Engine engine, Arena arena, TrainSpec spec, FittedEvents events, int items, LogitScale scale) {
        this.engine = engine;
        this.scale = scale;
        beta = Calibration.beta(spec.loss(), items);
        logits = new SharedLogits(arena, spec, events, items);
        int columns = (int) Math.min(items, spec.loss().draws(spec.batch()));
        labels = Matrix.allocate(arena, spec.batch(), columns);
        targets = Matrix.allocate(arena, 1, spec.batch());
        targetLabels = Matrix.allocate(arena, 1, SharedLogits.wholeVectors(spec.batch()));
        targetLabels.fill(1);
        columnSums = Matrix.allocate(arena, 1, columns);
        ownRows = new int[spec.batch()];
        for (int i = 0; i < ownRows.length; i++) {
            ownRows[i] = i;
        }
    }

    @Override
    public Negatives negatives() {
        return Negatives.SHARED;
    }

    @Override
    public int pairs(Batch batch) {
        return batch.positives * (1 + logits.common(batch) + batch.hard);
    }

    @Override
    public double apply(Batch batch, Matrix users, Matrix items, Matrix dUsers, Matrix dItems) {
        int n = batch.positives;
        int pairs = pairs(batch);
        float factor = scale.factor();
        Matrix logit = logits.compute(engine, batch, users, items, factor, scale.offset(), item -> 0);
        int padded = SharedLogits.wholeVectors(n);
        targets.resize(1, padded);
        targetLabels.resize(1, padded);
        labels.resize(n, logit.cols());
        for (int i = 0; i < n; i++) {
            targets.set(0, i, logit.get(i, batch.slots[i]));
            logit.set(i, batch.slots[i], SharedLogits.MASKED);
        }
        for (int i = n; i < padded; i++) {
            targets.set(0, i, -SharedLogits.MASKED); // certain to be a positive: no loss
        }
        LossKernels losses = engine.kernels().losses();
        double loss = losses.binaryCrossEntropy(engine.workers(), logit, labels, 1f / pairs, logit);
        loss += beta * losses.binaryCrossEntropy(engine.workers(), targets, targetLabels, beta / pairs, targets);
        for (int i = 0; i < n; i++) {
            logit.set(i, batch.slots[i], targets.get(0, i));
        }
        logits.backward(engine, 1, users, items, dUsers, dItems);
        if (scale.learned()) {
            scaleGradient(engine, logit, users, dUsers);
            engine.kernels().optimizers().scale(engine.workers(), factor, dUsers);
            engine.kernels().optimizers().scale(engine.workers(), factor, dItems);
        }
        return loss / pairs;
    }

    /** With a factor of 1 the gradient by p_u is {@code dLogit p_v}, so its product with p_u is that by the factor. */
    private void scaleGradient(Engine engine, Matrix dLogit, Matrix users, Matrix dUsers) {
        int n = users.rows();
        targets.resize(1, n);
        engine.kernels().losses().pairDots(engine.workers(), users, ownRows, dUsers, ownRows, 0, n, targets);
        columnSums.resize(1, dLogit.cols());
        engine.kernels().layers().columnSums(engine.workers(), dLogit, columnSums);
        scale.setGradient(sum(targets), sum(columnSums));
    }

    private static double sum(Matrix row) {
        double sum = 0;
        for (int j = 0; j < row.cols(); j++) {
            sum += row.get(0, j);
        }
        return sum;
    }
}

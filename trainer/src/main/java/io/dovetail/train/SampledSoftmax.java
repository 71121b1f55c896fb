package io.dovetail.train;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Soft-max cross-entropy of each positive against the distinct items of the batch: the other positives' items and shared
 * uniform negatives (mixed negative sampling; Yang et al., WWW 2020 companion).
 *
 * <p>A negative's logit is {@code score / temperature - log P(item is in the batch)} (logQ correction; Bengio and Senecal,
 * 2008; Yi et al., RecSys 2019), with {@code P = 1 - exp(-expected draws)}; the positive's is not corrected, since it was
 * not sampled as a negative. Items that the user has had are no negatives: their logits are negative infinity (accidental
 * hits).
 */
final class SampledSoftmax implements Objective {
    private final FittedEvents events;
    private final float[] share;
    private final TrainSpec spec;
    private final Matrix logits;
    private final Matrix correction;
    private final int[] rowOfItem;

    /**
     * The loss.
     *
     * @param arena owner of its memory
     * @param spec batch size, number of negatives, temperature
     * @param events what users have had, and how often items occur
     * @param items number of items
     */
    SampledSoftmax(Arena arena, TrainSpec spec, FittedEvents events, int items) {
        this.spec = spec;
        this.events = events;
        share = new float[items];
        int[] counts = events.itemCounts(items);
        for (int item = 0; item < items; item++) {
            share[item] = (float) counts[item] / events.size();
        }
        int columns = Math.min(items, spec.batch() + Math.min(items, spec.negatives()));
        logits = Matrix.allocate(arena, spec.batch(), columns);
        correction = Matrix.allocate(arena, 1, columns);
        rowOfItem = new int[items];
        Arrays.fill(rowOfItem, -1);
    }

    @Override
    public Negatives negatives() {
        return Negatives.SHARED;
    }

    @Override
    public int pairs(Batch batch) {
        return batch.positives;
    }

    @Override
    public double apply(Engine engine, Batch batch, Matrix users, Matrix items, Matrix dUsers, Matrix dItems) {
        int n = batch.positives;
        Matrix logit = logits.rows(0, n).columns(0, batch.distinct);
        Matrix logQ = correction.columns(0, batch.distinct);
        for (int row = 0; row < batch.distinct; row++) {
            logQ.set(0, row, -logInclusion(batch.itemOfRow[row], n));
        }
        var matrices = engine.kernels().matrices();
        float inverse = 1 / spec.temperature();
        matrices.gemm(engine.workers(), Form.NT, inverse, users, items, 0, logit, Epilogue.bias(logQ));
        maskAccidentalHits(batch, logit, logQ);
        double loss =
                engine.kernels().losses().softmaxCrossEntropy(engine.workers(), logit, batch.slots, 1f / n, logit);
        matrices.gemm(engine.workers(), Form.NN, inverse, logit, items, 0, dUsers, Epilogue.none());
        matrices.gemm(engine.workers(), Form.TN, inverse, logit, users, 0, dItems, Epilogue.none());
        return loss / n;
    }

    private float logInclusion(int item, int positives) {
        if (spec.negatives() >= share.length) {
            return 0;
        }
        double draws = (double) positives * share[item] + (double) spec.negatives() / share.length;
        return draws == 0 ? 0 : (float) Math.log(-Math.expm1(-draws));
    }

    private void maskAccidentalHits(Batch batch, Matrix logit, Matrix logQ) {
        for (int row = 0; row < batch.distinct; row++) {
            rowOfItem[batch.itemOfRow[row]] = row;
        }
        for (int i = 0; i < batch.positives; i++) {
            int target = batch.slots[i];
            float positive = logit.get(i, target) - logQ.get(0, target);
            int user = batch.userOfPositive[i];
            for (int e = events.start(user); e < events.start(user + 1); e++) {
                int row = rowOfItem[events.item(e)];
                if (row >= 0) {
                    logit.set(i, row, Float.NEGATIVE_INFINITY);
                }
            }
            logit.set(i, target, positive);
        }
        for (int row = 0; row < batch.distinct; row++) {
            rowOfItem[batch.itemOfRow[row]] = -1;
        }
    }
}

package io.dovetail.train;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.train.LossSpec.Sampling;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * The logits of each positive of a batch against all items of the batch, as one product, for losses whose negatives are
 * shared.
 *
 * <p>A column is a negative for everyone if it was drawn as a uniform negative or, with {@link Sampling#MIXED}, as a
 * positive; a hard negative is one for its own positive. All else is {@link #MASKED}, and so are items that the user has
 * had (accidental hits), but for the target.
 */
final class SharedLogits {
    /** A logit that takes no part: its exponential is 0, and unlike an infinity it may be multiplied by a label of 0. */
    static final float MASKED = -1e30f;

    /** The most lanes that a vector has. Rows of whole vectors spare the losses their slower ends of rows. */
    static final int LANES = 16;

    /** What is added to the logit of a common negative. */
    @FunctionalInterface
    interface Correction {
        float of(int item);
    }

    private final FittedEvents events;
    private final Sampling sampling;
    private final Matrix logits;
    private final Matrix corrections;
    private final Epilogue addCorrections;
    private final Matrix ownScores;
    private final int[] ownUsers;
    private final int[] ownItems;
    private final int[] rowOfItem;

    /**
     * Logits.
     *
     * @param arena owner of their memory
     * @param spec batch size and negatives
     * @param events what users have had
     * @param items number of items
     */
    SharedLogits(Arena arena, TrainSpec spec, FittedEvents events, int items) {
        this.events = events;
        sampling = spec.loss().sampling();
        int pairs = Math.multiplyExact(spec.batch(), 1 + spec.loss().hard().count());
        int columns =
                (int) Math.min(items, (long) pairs + Math.min(items, spec.loss().negatives()));
        logits = Matrix.allocate(arena, spec.batch(), columns);
        corrections = Matrix.allocate(arena, 1, columns);
        addCorrections = Epilogue.bias(corrections);
        ownScores = Matrix.allocate(arena, 1, pairs);
        ownUsers = new int[pairs];
        ownItems = new int[pairs];
        rowOfItem = new int[items];
        Arrays.fill(rowOfItem, -1);
    }

    /**
     * The number of columns that are a negative for everyone.
     *
     * @param batch the batch
     * @return at most the distinct items of the batch
     */
    int common(Batch batch) {
        int count = 0;
        for (int draw = firstCommon(batch); draw < batch.firstHard(); draw++) {
            int item = batch.itemOfRow[batch.slots[draw]];
            count += rowOfItem[item] < 0 ? 1 : 0;
            rowOfItem[item] = batch.slots[draw];
        }
        forgetRows(batch);
        return count;
    }

    private int firstCommon(Batch batch) {
        return sampling == Sampling.MIXED ? 0 : batch.positives;
    }

    /**
     * Computes the logits.
     *
     * @param engine what to compute on
     * @param batch the batch
     * @param users p_u (positives, d)
     * @param items p_v (distinct items, d)
     * @param factor of the scores
     * @param offset of every logit
     * @param correction of common negatives, in addition
     * @return (positives, distinct items and {@link #MASKED} up to a multiple of 16), to be overwritten with their gradients
     */
    Matrix compute(
            Engine engine, Batch batch, Matrix users, Matrix items, float factor, float offset, Correction correction) {
        logits.resize(batch.positives, batch.distinct);
        corrections.resize(1, batch.distinct);
        corrections.fill(MASKED);
        for (int draw = firstCommon(batch); draw < batch.firstHard(); draw++) {
            int row = batch.slots[draw];
            corrections.set(0, row, offset + correction.of(batch.itemOfRow[row]));
        }
        engine.kernels().matrices().gemm(engine.workers(), Form.NT, factor, users, items, 0, logits, addCorrections);
        int pairs = scoreOwnPairs(engine, batch, users, items);
        for (int t = batch.positives; t < pairs; t++) {
            logits.set(ownUsers[t], ownItems[t], Math.fma(factor, ownScores.get(0, t), offset));
        }
        maskAccidentalHits(batch);
        for (int i = 0; i < batch.positives; i++) {
            logits.set(i, batch.slots[i], Math.fma(factor, ownScores.get(0, i), offset));
        }
        padRows(batch.positives, batch.distinct);
        return logits;
    }

    /** {@return a number of columns, rounded up to whole vectors} */
    static int wholeVectors(int cols) {
        return (cols + LANES - 1) / LANES * LANES;
    }

    private void padRows(int rows, int cols) {
        int padded = wholeVectors(cols);
        logits.resize(rows, padded);
        for (int row = 0; row < rows; row++) {
            for (int col = cols; col < padded; col++) {
                logits.set(row, col, MASKED);
            }
        }
    }

    /** Scores of the pairs that are no one else's: targets, then hard negatives; their number. */
    private int scoreOwnPairs(Engine engine, Batch batch, Matrix users, Matrix items) {
        int pairs = batch.positives * (1 + batch.hard);
        for (int t = 0; t < pairs; t++) {
            boolean target = t < batch.positives;
            ownUsers[t] = target ? t : (t - batch.positives) / batch.hard;
            ownItems[t] = batch.slots[target ? t : batch.firstHard() + t - batch.positives];
        }
        engine.kernels().losses().pairDots(engine.workers(), users, ownUsers, items, ownItems, 0, pairs, ownScores);
        return pairs;
    }

    private void maskAccidentalHits(Batch batch) {
        for (int row = 0; row < batch.distinct; row++) {
            rowOfItem[batch.itemOfRow[row]] = row;
        }
        for (int i = 0; i < batch.positives; i++) {
            int user = batch.userOfPositive[i];
            for (int e = events.start(user); e < events.start(user + 1); e++) {
                int row = rowOfItem[events.item(e)];
                if (row >= 0) {
                    logits.set(i, row, MASKED);
                }
            }
        }
        forgetRows(batch);
    }

    private void forgetRows(Batch batch) {
        for (int row = 0; row < batch.distinct; row++) {
            rowOfItem[batch.itemOfRow[row]] = -1;
        }
    }

    /**
     * The gradients by the vectors, from those that the logits were overwritten with; these lose their padding.
     *
     * @param engine what to compute on
     * @param factor of the scores
     * @param users p_u
     * @param items p_v
     * @param dUsers overwritten
     * @param dItems overwritten
     */
    void backward(Engine engine, float factor, Matrix users, Matrix items, Matrix dUsers, Matrix dItems) {
        logits.resize(users.rows(), items.rows());
        var matrices = engine.kernels().matrices();
        matrices.gemm(engine.workers(), Form.NN, factor, logits, items, 0, dUsers, Epilogue.none());
        matrices.gemm(engine.workers(), Form.TN, factor, logits, users, 0, dItems, Epilogue.none());
    }
}

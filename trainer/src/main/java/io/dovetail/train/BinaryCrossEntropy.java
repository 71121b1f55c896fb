package io.dovetail.train;

import io.dovetail.kernels.LossKernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Engine;
import io.dovetail.model.Stage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * Binary cross-entropy of each positive and its own negatives (the paper's Eq. 4), mean over the T pairs: positives, their
 * S random negatives, their hard ones. With gBCE a positive's term is weighted by {@link Calibration}.
 */
final class BinaryCrossEntropy implements Objective {
    /** Pairs of a part: a multiple of {@link SharedLogits#LANES}. */
    private static final int PART_PAIRS = 512;

    /**
     * Pairs {@code [from, to)}, all of one label, as views of the memory of all pairs, filled up to whole vectors with logits
     * that are so certain that they have neither a loss nor a gradient.
     */
    private record Pairs(int from, int to, Matrix logits, Matrix labels, float certain, float weight) {}

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
    private final Stage crossEntropies;
    private final Stage products;
    private final double[] losses;

    /** The parts of a batch by its number of positives, each made once: a step makes none. */
    private final Pairs[][] partsOfPositives;

    private Pairs[] parts = new Pairs[0];
    private Batch batch = new Batch(0, 0);
    private Matrix users;
    private Matrix items;
    private Matrix dUsers;
    private Matrix dItems;

    /**
     * The loss.
     *
     * @param engine what to compute on
     * @param arena owner of its memory
     * @param spec batch size, negatives, calibration
     * @param itemCount number of items
     * @param scale from scores to logits
     */
    BinaryCrossEntropy(Engine engine, Arena arena, TrainSpec spec, int itemCount, LogitScale scale) {
        this.scale = scale;
        perPositive = spec.loss().negatives();
        beta = Calibration.beta(spec.loss(), itemCount);
        int pairs = Math.toIntExact(spec.loss().draws(spec.batch()));
        scores = Matrix.allocate(arena, 1, pairs);
        logits = Matrix.allocate(arena, 1, pairs + 2 * SharedLogits.LANES);
        ones = Matrix.allocate(arena, 1, PART_PAIRS);
        ones.fill(1);
        zeros = Matrix.allocate(arena, 1, PART_PAIRS);
        userRows = new int[pairs];
        partsOfPositives = new Pairs[spec.batch() + 1][];
        users = items = dUsers = dItems = Matrix.allocate(arena, 0, 0);
        losses = new double[pairs / PART_PAIRS + 2];
        List<Stage.Part> all = new ArrayList<>();
        for (int part = 0; part < losses.length; part++) {
            int number = part;
            all.add(member -> crossEntropy(member, number));
        }
        crossEntropies = new Stage(engine, all);
        products = new Stage(
                engine,
                List.of(
                        member -> multiply(member, dScores, items, dUsers),
                        member -> multiply(member, transposed, users, dItems)));
    }

    @Override
    public Negatives negatives() {
        return Negatives.PER_POSITIVE;
    }

    @Override
    public int pairs(Batch batchOfPairs) {
        return batchOfPairs.draws;
    }

    @Override
    public double apply(Batch of, Matrix pU, Matrix pV, Matrix dPU, Matrix dPV) {
        batch = of;
        users = pU;
        items = pV;
        dUsers = dPU;
        dItems = dPV;
        parts = parts();
        crossEntropies.run();
        double loss = 0;
        for (int part = 0; part < parts.length; part++) {
            loss += losses[part];
        }
        if (scale.learned()) {
            scaleGradient();
        }
        fillGradient(scale.factor());
        products.run();
        return loss / batch.draws;
    }

    private Pairs[] parts() {
        Pairs[] made = partsOfPositives[batch.positives];
        if (made == null || made[made.length - 1].to != batch.draws) {
            List<Pairs> list = new ArrayList<>();
            for (int from = 0; from < batch.positives; from += PART_PAIRS) {
                list.add(pairs(from, Math.min(batch.positives, from + PART_PAIRS), ones, -SharedLogits.MASKED, beta));
            }
            for (int from = batch.positives; from < batch.draws; from += PART_PAIRS) {
                list.add(pairs(from, Math.min(batch.draws, from + PART_PAIRS), zeros, SharedLogits.MASKED, 1));
            }
            made = list.toArray(Pairs[]::new);
            partsOfPositives[batch.positives] = made;
        }
        return made;
    }

    private Pairs pairs(int from, int to, Matrix labels, float certain, float weight) {
        int padded = SharedLogits.wholeVectors(to - from);
        return new Pairs(from, to, logits.columns(column(from), padded), labels.columns(0, padded), certain, weight);
    }

    /** The column of a pair's logit: negatives begin at a whole vector of their own. */
    private int column(int draw) {
        return draw < batch.positives ? draw : SharedLogits.wholeVectors(batch.positives) - batch.positives + draw;
    }

    /** The loss of a part's pairs; their logits become their gradients. */
    private void crossEntropy(Engine member, int number) {
        if (number >= parts.length) {
            return;
        }
        Pairs part = parts[number];
        for (int t = part.from; t < part.to; t++) {
            userRows[t] = batch.positiveOfDraw(t, perPositive);
        }
        LossKernels kernels = member.kernels().losses();
        kernels.pairDots(member.workers(), users, userRows, items, batch.slots, part.from, part.to, scores);
        float factor = scale.factor();
        float offset = scale.offset();
        int pairs = part.to - part.from;
        for (int j = 0; j < pairs; j++) {
            part.logits.set(0, j, Math.fma(factor, scores.get(0, part.from + j), offset));
        }
        for (int j = pairs; j < part.logits.cols(); j++) {
            part.logits.set(0, j, part.certain);
        }
        float gradientScale = part.weight / batch.draws;
        losses[number] = part.weight
                * kernels.binaryCrossEntropy(member.workers(), part.logits, part.labels, gradientScale, part.logits);
    }

    private static void multiply(Engine member, SparseMatrix by, Matrix x, Matrix y) {
        member.kernels().layers().sparseTimesDense(member.workers(), by, x, 0, y, 0, x.cols());
    }

    private void fillGradient(float factor) {
        dScores.clear();
        for (int i = 0; i < batch.positives; i++) {
            addGradients(i, i + 1, factor);
            int uniform = batch.positives + i * perPositive;
            addGradients(uniform, uniform + perPositive, factor);
            int hard = batch.firstHard() + i * batch.hard;
            addGradients(hard, hard + batch.hard, factor);
            dScores.endRow();
        }
        transposed.transposeOf(dScores, batch.distinct);
    }

    private void addGradients(int from, int to, float factor) {
        for (int t = from; t < to; t++) {
            dScores.add(batch.slots[t], factor * logits.get(0, column(t)));
        }
    }

    private void scaleGradient() {
        double dFactor = 0;
        double dOffset = 0;
        for (int t = 0; t < batch.draws; t++) {
            float gradient = logits.get(0, column(t));
            dFactor += (double) gradient * scores.get(0, t);
            dOffset += gradient;
        }
        scale.setGradient(dFactor, dOffset);
    }
}

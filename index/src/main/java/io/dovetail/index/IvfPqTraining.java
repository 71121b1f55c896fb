package io.dovetail.index;

import io.dovetail.index.NearestCentroid.Rule;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;

/** What an index learns from a sample before it sees all vectors. */
final class IvfPqTraining {

    private final Rule rule;
    private final CoarseQuantizer coarse;
    private final Rotation rotation;
    private final ProductQuantizer quantizer;

    private IvfPqTraining(Rule rule, CoarseQuantizer coarse, Rotation rotation, ProductQuantizer quantizer) {
        this.rule = rule;
        this.coarse = coarse;
        this.rotation = rotation;
        this.quantizer = quantizer;
    }

    /**
     * Learns lists, then axes and codebooks from what is left of the first vectors of the sample.
     *
     * @param sample (n, d) vectors in random order; overwritten
     * @param rule by which a vector finds its list
     * @param spec says how
     * @param kernels how to compute
     * @param workers who computes
     * @param nearest assigns
     * @param progress told of phases {@code lists}, {@code rotation} and {@code codebooks}
     * @param arena owner of the result, shared
     * @return what was learnt
     */
    static IvfPqTraining run(
            Matrix sample,
            Rule rule,
            IvfPqSpec spec,
            Kernels kernels,
            Workers workers,
            NearestCentroid nearest,
            Progress progress,
            Arena arena) {
        KMeans kMeans = new KMeans(kernels, workers, nearest);
        Matrix trained = kMeans.train(sample, spec.nlist(), rule, spec.iterations(), spec.seed(), progress, arena);
        CoarseQuantizer coarse = CoarseQuantizer.group(trained, rule, kMeans, nearest, spec.seed(), arena);
        Matrix residuals = sample.rows(0, ProductQuantizer.trainingRows(sample.rows(), spec.bits()));
        int[] lists = new int[residuals.rows()];
        nearest.assign(residuals, coarse.centroids(), rule, lists);
        subtract(workers, coarse.centroids(), lists, residuals);
        Rotation rotation = RotationTraining.learn(residuals, spec, kernels, workers, progress, arena);
        try (Arena scratch = Arena.ofShared()) {
            Matrix space = Matrix.allocate(scratch, residuals.rows(), residuals.cols());
            Matrix turned = rotation.turn(residuals, kernels, workers, space);
            ProductQuantizer quantizer = ProductQuantizer.train(turned, spec, kernels, workers, progress, arena);
            return new IvfPqTraining(rule, coarse, rotation, quantizer);
        }
    }

    /**
     * Turns vectors into what is left of them beside their centroids.
     *
     * @param workers splits the rows
     * @param centroids (nlist, d)
     * @param lists list of each row
     * @param rows (n, d), overwritten
     */
    static void subtract(Workers workers, Matrix centroids, int[] lists, Matrix rows) {
        workers.forEachBlock(rows.rows(), 1024, (from, to) -> {
            for (int row = from; row < to; row++) {
                long at = rows.offset(row);
                long centroid = centroids.offset(lists[row]);
                for (int col = 0; col < rows.cols(); col++) {
                    long shift = (long) col * Float.BYTES;
                    float value = rows.data().get(Matrix.FLOAT, at + shift);
                    float taken = centroids.data().get(Matrix.FLOAT, centroid + shift);
                    rows.data().set(Matrix.FLOAT, at + shift, value - taken);
                }
            }
        });
    }

    Rule rule() {
        return rule;
    }

    CoarseQuantizer coarse() {
        return coarse;
    }

    Rotation rotation() {
        return rotation;
    }

    ProductQuantizer quantizer() {
        return quantizer;
    }
}

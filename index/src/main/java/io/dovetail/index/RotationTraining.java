package io.dovetail.index;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;

/**
 * Learns the axes in which a product quantizer errs least: optimized product quantization, the non-parametric solution (Ge,
 * He, Ke and Sun, CVPR 2013, Algorithm 1). In turns the centroids are fitted to the turned rows, and the axes to what
 * the centroids say: with rows X and what their codes stand for Y, the orthogonal R that makes {@code |X R - Y|} least is the
 * polar factor of {@code Xᵀ Y} (Schönemann, 1966).
 *
 * <p>Axes begin at random, as in faiss: the given ones may be a saddle, where columns of unequal variance that do not depend
 * on each other stay apart for ever. Each round starts from the axes and centroids of the one before, and neither step can make
 * the error greater. Axes that come out no better than the given ones are not used. Every product is of a fixed order: same
 * rows, same bits at any number of workers.
 */
final class RotationTraining {

    /**
     * How much of the old axes is mixed in, by the length of {@code Xᵀ Y}: dimensions without variance keep their
     * axes, and the matrix is regular.
     */
    private static final float INERTIA = 1e-4f;

    /** Each step multiplies small singular values by 1.5: 1.5^40 is 1e7. */
    private static final int MOST_STEPS = 60;

    /** Root of the mean square element of {@code Rᵀ R - I}, below which axes are orthogonal: float32 comes to 1e-7. */
    private static final double ORTHOGONAL = 1e-6;

    private final MatrixKernels kernels;
    private final Workers workers;
    private final Matrix axes; // a column each, unlike those of a Rotation: X R
    private final Matrix before;
    private final Matrix product;
    private final Matrix gram;

    private RotationTraining(int d, MatrixKernels kernels, Workers workers, Arena arena) {
        this.kernels = kernels;
        this.workers = workers;
        axes = Matrix.allocate(arena, d, d);
        before = Matrix.allocate(arena, d, d);
        product = Matrix.allocate(arena, d, d);
        gram = Matrix.allocate(arena, d, d);
        reset();
    }

    private void reset() {
        axes.fill(0);
        for (int i = 0; i < axes.rows(); i++) {
            axes.set(i, i, 1);
        }
    }

    /** Random axes, uniform in all directions: the polar factor of a matrix of normal elements. */
    private void randomize(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float scale = 1f / axes.rows();
        for (int row = 0; row < axes.rows(); row++) {
            for (int col = 0; col < axes.cols(); col++) {
                axes.set(row, col, scale * (float) random.nextGaussian());
            }
        }
        if (!orthogonalize()) {
            reset();
        }
    }

    /**
     * Learns a rotation.
     *
     * @param x (n, d) rows to train on
     * @param spec gives the code, the rounds and the seed
     * @param kernels how to compute
     * @param workers who computes
     * @param progress told after each round, of the phase {@code rotation}
     * @param arena owner of the result, shared
     * @return the rotation; none if the spec asks for no rounds, or if they did not help
     */
    static Rotation learn(Matrix x, IvfPqSpec spec, Kernels kernels, Workers workers, Progress progress, Arena arena) {
        int rounds = spec.rotationRounds();
        if (rounds == 0) {
            return Rotation.none(arena);
        }
        int d = x.cols();
        try (Arena scratch = Arena.ofShared();
                NearestCentroid nearest = new NearestCentroid(kernels, workers, 1 << spec.bits())) {
            RotationTraining training = new RotationTraining(d, kernels.matrices(), workers, scratch);
            Matrix turned = Matrix.allocate(scratch, x.rows(), d);
            Matrix decoded = Matrix.allocate(scratch, x.rows(), d);
            int[][] codes = new int[spec.subspaces()][x.rows()];
            ProductQuantizer quantizer = ProductQuantizer.train(x, spec, kernels, workers, Progress.none(), scratch);
            quantizer.encode(x, nearest, codes);
            quantizer.decode(codes, decoded);
            double unturned = squareDistance(x, decoded);

            training.randomize(spec.seed());
            training.gemm(Form.NN, 1, x, training.axes, 0, turned);
            quantizer = ProductQuantizer.train(turned, spec, kernels, workers, Progress.none(), scratch);
            for (int round = 0; round < rounds; round++) {
                quantizer.improve(turned, 1, kernels, workers);
                quantizer.encode(turned, nearest, codes);
                quantizer.decode(codes, decoded);
                training.fit(x, decoded);
                training.gemm(Form.NN, 1, x, training.axes, 0, turned);
                progress.at("rotation", round + 1L, rounds);
            }
            return squareDistance(turned, decoded) < unturned ? training.rotation(arena) : Rotation.none(arena);
        }
    }

    private Rotation rotation(Arena arena) {
        Matrix transposed = Matrix.allocate(arena, axes.cols(), axes.rows());
        for (int row = 0; row < transposed.rows(); row++) {
            for (int col = 0; col < transposed.cols(); col++) {
                transposed.set(row, col, axes.get(col, row));
            }
        }
        return new Rotation(transposed);
    }

    /** Sets the axes to the best ones for what the codes stand for. */
    private void fit(Matrix x, Matrix decoded) {
        gemm(Form.TN, 1, x, decoded, 0, product);
        double length = length(product);
        if (!(length > 0) || !Double.isFinite(length)) {
            return; // no residuals, or none that float32 can square: any axes do
        }
        before.copyFrom(axes);
        for (int row = 0; row < axes.rows(); row++) {
            for (int col = 0; col < axes.cols(); col++) {
                float mixed = (float) (product.get(row, col) / length) + INERTIA * axes.get(row, col);
                axes.set(row, col, mixed);
            }
        }
        if (!orthogonalize()) {
            axes.copyFrom(before);
        }
    }

    /**
     * The polar factor by Newton and Schulz' iteration {@code R ← R (3 I - Rᵀ R) / 2} (Higham, Functions of Matrices, 2008,
     * section 8.3), which brings every singular value in (0, √3) to 1. The axes begin with a Frobenius norm below 1.1.
     *
     * @return whether it came there: not from a matrix that is as good as singular
     */
    private boolean orthogonalize() {
        double enough = Math.pow(ORTHOGONAL * axes.rows(), 2);
        for (int step = 0; step < MOST_STEPS; step++) {
            gemm(Form.TN, 1, axes, axes, 0, gram);
            double error = 0;
            for (int row = 0; row < gram.rows(); row++) {
                for (int col = 0; col < gram.cols(); col++) {
                    double off = gram.get(row, col) - (row == col ? 1 : 0);
                    error += off * off;
                }
            }
            if (error < enough) {
                return true;
            }
            product.copyFrom(axes);
            gemm(Form.NN, -0.5f, product, gram, 1.5f, axes);
        }
        return false;
    }

    private void gemm(Form form, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
        kernels.gemm(workers, form, alpha, a, b, beta, c, Epilogue.none());
    }

    private static double squareDistance(Matrix a, Matrix b) {
        double sum = 0;
        for (int row = 0; row < a.rows(); row++) {
            for (int col = 0; col < a.cols(); col++) {
                double difference = a.get(row, col) - b.get(row, col);
                sum += difference * difference;
            }
        }
        return sum;
    }

    private static double length(Matrix x) {
        double squares = 0;
        for (int row = 0; row < x.rows(); row++) {
            squares += Vectors.squareNorm(x, row);
        }
        return Math.sqrt(squares);
    }
}

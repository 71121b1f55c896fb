package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The losses on vectors, in single precision inside a row and in double precision across rows.
 *
 * <p>Loops with exponentials end in one masked vector: a scalar exponential per element of the tail would cost more than
 * the vectors before it. Loops are small and the tails are methods of their own: a method that holds two exponentials
 * passes the compiler's limit of inlining, and then vectors are boxed.
 */
final class VectorLossKernels extends LossKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();

    /** Elements that are summed in single precision. */
    private static final int CHUNK = 1024;

    @Override
    void sigmoid(Matrix x, Matrix y, int from, int to) {
        int bound = FLOATS.loopBound(x.cols());
        for (int row = from; row < to; row++) {
            for (int j = 0; j < bound; j += LANES) {
                FloatVector values = VectorRows.load(x, row, j);
                VectorRows.store(sigmoid(values, expOfMinusAbs(values)), y, row, j);
            }
            if (bound < x.cols()) {
                sigmoidOfTail(x, y, row, bound);
            }
        }
    }

    private static void sigmoidOfTail(Matrix x, Matrix y, int row, int from) {
        VectorMask<Float> tail = FLOATS.indexInRange(from, x.cols());
        FloatVector values = load(x, row, from, tail);
        store(sigmoid(values, expOfMinusAbs(values)), y, row, from, tail);
    }

    @Override
    double binaryCrossEntropy(Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int from, int to) {
        double loss = 0;
        for (int row = from; row < to; row++) {
            for (int j = 0; j < logits.cols(); j += CHUNK) {
                loss += crossEntropy(logits, labels, row, j, Math.min(logits.cols(), j + CHUNK));
            }
            sigmoidMinusLabel(logits, labels, gradientScale, dLogits, row);
        }
        return loss;
    }

    private static float crossEntropy(Matrix logits, Matrix labels, int row, int from, int to) {
        int bound = from + FLOATS.loopBound(to - from);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = from; j < bound; j += LANES) {
            FloatVector x = VectorRows.load(logits, row, j);
            sum = sum.add(crossEntropy(x, VectorRows.load(labels, row, j)));
        }
        float loss = Lanes.sum(sum);
        return bound == to ? loss : loss + crossEntropyOfTail(logits, labels, row, bound, to);
    }

    private static float crossEntropyOfTail(Matrix logits, Matrix labels, int row, int from, int to) {
        VectorMask<Float> tail = FLOATS.indexInRange(from, to);
        FloatVector x = load(logits, row, from, tail);
        FloatVector losses = crossEntropy(x, load(labels, row, from, tail));
        return Lanes.sum(FloatVector.zero(FLOATS).blend(losses, tail));
    }

    /** {@code log(1 + e^x) - label * x}. */
    private static FloatVector crossEntropy(FloatVector x, FloatVector label) {
        return x.max(0f).add(VectorMath.log1pOfUnit(expOfMinusAbs(x))).sub(label.mul(x));
    }

    /** The gradient, in a loop of its own: exponentials come twice, but one loop of both is too large to be inlined. */
    private static void sigmoidMinusLabel(Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int row) {
        int bound = FLOATS.loopBound(logits.cols());
        for (int j = 0; j < bound; j += LANES) {
            FloatVector x = VectorRows.load(logits, row, j);
            FloatVector difference = sigmoid(x, expOfMinusAbs(x)).sub(VectorRows.load(labels, row, j));
            VectorRows.store(difference.mul(gradientScale), dLogits, row, j);
        }
        if (bound < logits.cols()) {
            sigmoidMinusLabelOfTail(logits, labels, gradientScale, dLogits, row, bound);
        }
    }

    private static void sigmoidMinusLabelOfTail(
            Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int row, int from) {
        VectorMask<Float> tail = FLOATS.indexInRange(from, logits.cols());
        FloatVector x = load(logits, row, from, tail);
        FloatVector difference = sigmoid(x, expOfMinusAbs(x)).sub(load(labels, row, from, tail));
        store(difference.mul(gradientScale), dLogits, row, from, tail);
    }

    private static FloatVector expOfMinusAbs(FloatVector x) {
        return VectorMath.expOfNonPositive(x.abs().neg());
    }

    /** {@code 1 / (1 + e^-x)} from {@code exp = e^-|x|}, as e^x / (1 + e^x) for negative x. */
    private static FloatVector sigmoid(FloatVector x, FloatVector exp) {
        return exp.blend(1f, x.compare(VectorOperators.GE, 0f)).div(exp.add(1f));
    }

    @Override
    double softmaxCrossEntropy(Matrix logits, int[] targets, float gradientScale, Matrix dLogits, int from, int to) {
        double loss = 0;
        for (int row = from; row < to; row++) {
            float target = logits.get(row, targets[row]);
            float shift = shift(logits, row);
            storeExponentials(logits, row, shift, dLogits);
            double sum = VectorRows.sum(dLogits, row);
            loss += Math.log(sum) + ((double) shift - target);
            scale(dLogits, row, (float) (gradientScale / sum));
            dLogits.set(row, targets[row], (float) (gradientScale * (Math.exp((double) target - shift) / sum - 1)));
        }
        return loss;
    }

    /** What to subtract from a row's logits so that exponentials do not overflow; finite where a logit is. */
    private static float shift(Matrix x, int row) {
        float greatest = VectorRows.greatest(x, row);
        return greatest == Float.NEGATIVE_INFINITY ? 0 : greatest;
    }

    private static void storeExponentials(Matrix x, int row, float shift, Matrix y) {
        int bound = FLOATS.loopBound(x.cols());
        for (int j = 0; j < bound; j += LANES) {
            FloatVector difference = VectorRows.load(x, row, j).sub(shift);
            VectorRows.store(VectorMath.expOfNonPositive(difference), y, row, j);
        }
        if (bound < x.cols()) {
            storeExponentialsOfTail(x, row, shift, y, bound);
        }
    }

    private static void storeExponentialsOfTail(Matrix x, int row, float shift, Matrix y, int from) {
        VectorMask<Float> tail = FLOATS.indexInRange(from, x.cols());
        FloatVector difference = load(x, row, from, tail).sub(shift);
        store(VectorMath.expOfNonPositive(difference), y, row, from, tail);
    }

    private static void scale(Matrix x, int row, float factor) {
        int bound = FLOATS.loopBound(x.cols());
        for (int j = 0; j < bound; j += LANES) {
            VectorRows.store(VectorRows.load(x, row, j).mul(factor), x, row, j);
        }
        for (int j = bound; j < x.cols(); j++) {
            x.set(row, j, x.get(row, j) * factor);
        }
    }

    @Override
    void logSumExp(Matrix x, Matrix out, int from, int to) {
        for (int row = from; row < to; row++) {
            float shift = shift(x, row);
            out.set(0, row, (float) (Math.log(sumOfExponentials(x, row, shift)) + shift));
        }
    }

    private static float sumOfExponentials(Matrix x, int row, float shift) {
        int bound = FLOATS.loopBound(x.cols());
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            sum = sum.add(VectorMath.expOfNonPositive(VectorRows.load(x, row, j).sub(shift)));
        }
        float total = Lanes.sum(sum);
        return bound == x.cols() ? total : total + sumOfTailExponentials(x, row, shift, bound);
    }

    private static float sumOfTailExponentials(Matrix x, int row, float shift, int from) {
        VectorMask<Float> tail = FLOATS.indexInRange(from, x.cols());
        FloatVector exp = VectorMath.expOfNonPositive(load(x, row, from, tail).sub(shift));
        return Lanes.sum(FloatVector.zero(FLOATS).blend(exp, tail));
    }

    @Override
    double squaredDistanceUnchecked(
            Matrix x, int[] xRows, Matrix y, int[] yRows, int n, float gradientScale, Matrix dX) {
        double sum = 0;
        for (int t = 0; t < n; t++) {
            sum += squaredDistance(x, xRows[t], y, yRows[t], 2 * gradientScale, dX);
        }
        return sum;
    }

    private static float squaredDistance(Matrix x, int xRow, Matrix y, int yRow, float scale, Matrix dX) {
        int bound = FLOATS.loopBound(x.cols());
        FloatVector squares = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector difference = VectorRows.load(x, xRow, j).sub(VectorRows.load(y, yRow, j));
            squares = difference.fma(difference, squares);
            FloatVector gradient = difference.fma(FloatVector.broadcast(FLOATS, scale), VectorRows.load(dX, xRow, j));
            VectorRows.store(gradient, dX, xRow, j);
        }
        float sum = Lanes.sum(squares);
        for (int j = bound; j < x.cols(); j++) {
            float difference = x.get(xRow, j) - y.get(yRow, j);
            sum = Math.fma(difference, difference, sum);
            dX.set(xRow, j, Math.fma(scale, difference, dX.get(xRow, j)));
        }
        return sum;
    }

    @Override
    void pairDots(Matrix u, int[] uRows, Matrix v, int[] vRows, Matrix out, int from, int to) {
        MemorySegment left = u.data();
        MemorySegment right = v.data();
        for (int t = from; t < to; t++) {
            out.set(0, t, VectorRows.dot(left, u.offset(uRows[t]), right, v.offset(vRows[t]), u.cols()));
        }
    }

    @Override
    void groupCovariance(
            Matrix x, SparseMatrix groups, Matrix means, Matrix covariances, int group, MemorySegment scratch) {
        new VectorCovariance(x, groups, group, means, scratch).forward(covariances);
    }

    @Override
    void groupCovarianceBackward(
            Matrix x,
            SparseMatrix groups,
            Matrix means,
            Matrix dCovariances,
            Matrix dX,
            int group,
            MemorySegment scratch) {
        new VectorCovariance(x, groups, group, means, scratch).backward(dCovariances, dX);
    }

    private static FloatVector load(Matrix x, int row, int column, VectorMask<Float> tail) {
        return FloatVector.fromMemorySegment(
                FLOATS, x.data(), x.offset(row) + (long) column * Float.BYTES, ORDER, tail);
    }

    private static void store(FloatVector values, Matrix x, int row, int column, VectorMask<Float> tail) {
        values.intoMemorySegment(x.data(), x.offset(row) + (long) column * Float.BYTES, ORDER, tail);
    }
}

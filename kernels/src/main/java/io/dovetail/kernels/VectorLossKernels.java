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

    private static final int PAIR = 2 * LANES;
    private static final long V1 = FLOATS.vectorByteSize();

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

    /**
     * The lanes are added up by direct calls of the Vector API: after so large a loop C2 has passed its limit of inlined
     * nodes, and inlines only what the JDK marks.
     */
    private static float crossEntropy(Matrix logits, Matrix labels, int row, int from, int to) {
        int bound = from + FLOATS.loopBound(to - from);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = from; j < bound; j += LANES) {
            FloatVector x = VectorRows.load(logits, row, j);
            sum = sum.add(crossEntropy(x, VectorRows.load(labels, row, j)));
        }
        sum = LANES > 8 ? sum.add(sum.rearrange(Lanes.BY_8)) : sum;
        sum = LANES > 4 ? sum.add(sum.rearrange(Lanes.BY_4)) : sum;
        sum = sum.add(sum.rearrange(Lanes.BY_2));
        float loss = sum.add(sum.rearrange(Lanes.BY_1)).lane(0);
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
            double sum = storeExponentials(logits, row, shift, dLogits);
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

    /** Writes the exponentials of a row; their sum. */
    private static float storeExponentials(Matrix x, int row, float shift, Matrix y) {
        int bound = FLOATS.loopBound(x.cols());
        MemorySegment source = x.data();
        MemorySegment result = y.data();
        long from = x.offset(row);
        long to = y.offset(row);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector exp =
                    VectorMath.expOfNonPositive(VectorRows.load(source, from, j).sub(shift));
            exp.intoMemorySegment(result, to + (long) j * Float.BYTES, ORDER);
            sum = sum.add(exp);
        }
        float total = Lanes.sum(sum);
        return bound == x.cols() ? total : total + storeTailExponentials(x, row, shift, y, bound);
    }

    private static float storeTailExponentials(Matrix x, int row, float shift, Matrix y, int from) {
        VectorMask<Float> tail = FLOATS.indexInRange(from, x.cols());
        FloatVector exp = VectorMath.expOfNonPositive(load(x, row, from, tail).sub(shift));
        store(exp, y, row, from, tail);
        return Lanes.sum(FloatVector.zero(FLOATS).blend(exp, tail));
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
        if (x.cols() == PAIR) {
            return squaredDistanceOfPairs(x, xRows, y, yRows, n, 2 * gradientScale, dX);
        }
        double sum = 0;
        for (int t = 0; t < n; t++) {
            sum += squaredDistance(x, xRows[t], y, yRows[t], 2 * gradientScale, dX);
        }
        return sum;
    }

    /** Rows of two vectors, in a straight line: a loop over a row, and a call for it, would cost more than the row. */
    private static double squaredDistanceOfPairs(
            Matrix xMatrix, int[] xRows, Matrix yMatrix, int[] yRows, int n, float scale, Matrix dXMatrix) {
        MemorySegment x = xMatrix.data();
        MemorySegment y = yMatrix.data();
        MemorySegment dX = dXMatrix.data();
        long xStep = xMatrix.offset(1);
        long yStep = yMatrix.offset(1);
        long dXStep = dXMatrix.offset(1);
        double sum = 0;
        for (int t = 0; t < n; t++) {
            long xAt = xRows[t] * xStep;
            long yAt = yRows[t] * yStep;
            long dXAt = xRows[t] * dXStep;
            FloatVector left = VectorRows.load(x, xAt, 0).sub(VectorRows.load(y, yAt, 0));
            FloatVector right = VectorRows.load(x, xAt, LANES).sub(VectorRows.load(y, yAt, LANES));
            FloatVector factor = FloatVector.broadcast(FLOATS, scale);
            left.fma(factor, VectorRows.load(dX, dXAt, 0)).intoMemorySegment(dX, dXAt, ORDER);
            right.fma(factor, VectorRows.load(dX, dXAt, LANES)).intoMemorySegment(dX, dXAt + V1, ORDER);
            sum += Lanes.sum(right.fma(right, left.mul(left)));
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
        if (u.cols() == PAIR) {
            dotsOfPairs(left, u.offset(1), uRows, right, v.offset(1), vRows, out.data(), from, to);
            return;
        }
        for (int t = from; t < to; t++) {
            out.set(0, t, VectorRows.dot(left, u.offset(uRows[t]), right, v.offset(vRows[t]), u.cols()));
        }
    }

    /** As {@link #squaredDistanceOfPairs}. */
    private static void dotsOfPairs(
            MemorySegment u,
            long uStep,
            int[] uRows,
            MemorySegment v,
            long vStep,
            int[] vRows,
            MemorySegment out,
            int from,
            int to) {
        for (int t = from; t < to; t++) {
            long uAt = uRows[t] * uStep;
            long vAt = vRows[t] * vStep;
            FloatVector left = VectorRows.load(u, uAt, 0).mul(VectorRows.load(v, vAt, 0));
            FloatVector both = VectorRows.load(u, uAt, LANES).fma(VectorRows.load(v, vAt, LANES), left);
            out.set(Matrix.FLOAT, (long) t * Float.BYTES, Lanes.sum(both));
        }
    }

    @Override
    void groupCovariance(
            Matrix x, SparseMatrix groups, Matrix means, Matrix covariances, int group, MemorySegment scratch) {
        VectorCovariance.forward(x, groups, means, covariances, group, scratch);
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
        VectorCovariance.backward(x, groups, means, dCovariances, dX, group, scratch);
    }

    private static FloatVector load(Matrix x, int row, int column, VectorMask<Float> tail) {
        return FloatVector.fromMemorySegment(
                FLOATS, x.data(), x.offset(row) + (long) column * Float.BYTES, ORDER, tail);
    }

    private static void store(FloatVector values, Matrix x, int row, int column, VectorMask<Float> tail) {
        values.intoMemorySegment(x.data(), x.offset(row) + (long) column * Float.BYTES, ORDER, tail);
    }
}

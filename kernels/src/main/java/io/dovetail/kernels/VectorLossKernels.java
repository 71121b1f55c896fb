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
 * the vectors before it.
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
        VectorMask<Float> tail = FLOATS.indexInRange(bound, x.cols());
        for (int row = from; row < to; row++) {
            for (int j = 0; j < bound; j += LANES) {
                FloatVector values = VectorRows.load(x, row, j);
                VectorRows.store(sigmoid(values, expOfMinusAbs(values)), y, row, j);
            }
            if (bound < x.cols()) {
                FloatVector values = load(x, row, bound, tail);
                store(sigmoid(values, expOfMinusAbs(values)), y, row, bound, tail);
            }
        }
    }

    @Override
    double binaryCrossEntropy(Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int from, int to) {
        double loss = 0;
        for (int row = from; row < to; row++) {
            for (int j = 0; j < logits.cols(); j += CHUNK) {
                int end = Math.min(logits.cols(), j + CHUNK);
                loss += binaryCrossEntropyOfRow(logits, labels, gradientScale, dLogits, row, j, end);
            }
        }
        return loss;
    }

    private static float binaryCrossEntropyOfRow(
            Matrix logits, Matrix labels, float gradientScale, Matrix dLogits, int row, int from, int to) {
        int bound = from + FLOATS.loopBound(to - from);
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = from; j < bound; j += LANES) {
            FloatVector x = VectorRows.load(logits, row, j);
            FloatVector label = VectorRows.load(labels, row, j);
            FloatVector exp = expOfMinusAbs(x);
            sum = sum.add(crossEntropy(x, label, exp));
            VectorRows.store(sigmoid(x, exp).sub(label).mul(gradientScale), dLogits, row, j);
        }
        float loss = Lanes.sum(sum);
        if (bound < to) {
            VectorMask<Float> tail = FLOATS.indexInRange(bound, to);
            FloatVector x = load(logits, row, bound, tail);
            FloatVector label = load(labels, row, bound, tail);
            FloatVector exp = expOfMinusAbs(x);
            loss += Lanes.sum(FloatVector.zero(FLOATS).blend(crossEntropy(x, label, exp), tail));
            store(sigmoid(x, exp).sub(label).mul(gradientScale), dLogits, row, bound, tail);
        }
        return loss;
    }

    private static FloatVector expOfMinusAbs(FloatVector x) {
        return VectorMath.expOfNonPositive(x.abs().neg());
    }

    /** {@code 1 / (1 + e^-x)} from {@code exp = e^-|x|}, as e^x / (1 + e^x) for negative x. */
    private static FloatVector sigmoid(FloatVector x, FloatVector exp) {
        return exp.blend(1f, x.compare(VectorOperators.GE, 0f)).div(exp.add(1f));
    }

    /** {@code log(1 + e^x) - label * x} from {@code exp = e^-|x|}. */
    private static FloatVector crossEntropy(FloatVector x, FloatVector label, FloatVector exp) {
        return x.max(0f).add(VectorMath.log1pOfUnit(exp)).sub(label.mul(x));
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

    private static float storeExponentials(Matrix x, int row, float shift, Matrix y) {
        int bound = FLOATS.loopBound(x.cols());
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int j = 0; j < bound; j += LANES) {
            FloatVector exp =
                    VectorMath.expOfNonPositive(VectorRows.load(x, row, j).sub(shift));
            sum = sum.add(exp);
            VectorRows.store(exp, y, row, j);
        }
        float total = Lanes.sum(sum);
        if (bound < x.cols()) {
            VectorMask<Float> tail = FLOATS.indexInRange(bound, x.cols());
            FloatVector exp =
                    VectorMath.expOfNonPositive(load(x, row, bound, tail).sub(shift));
            total += Lanes.sum(FloatVector.zero(FLOATS).blend(exp, tail));
            store(exp, y, row, bound, tail);
        }
        return total;
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
        int bound = FLOATS.loopBound(x.cols());
        VectorMask<Float> tail = FLOATS.indexInRange(bound, x.cols());
        for (int row = from; row < to; row++) {
            float shift = shift(x, row);
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int j = 0; j < bound; j += LANES) {
                sum = sum.add(
                        VectorMath.expOfNonPositive(VectorRows.load(x, row, j).sub(shift)));
            }
            float total = Lanes.sum(sum);
            if (bound < x.cols()) {
                FloatVector exp =
                        VectorMath.expOfNonPositive(load(x, row, bound, tail).sub(shift));
                total += Lanes.sum(FloatVector.zero(FLOATS).blend(exp, tail));
            }
            out.set(0, row, (float) (Math.log(total) + shift));
        }
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

package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The updates on vectors: the operations of the scalar twin in its order, so that the bits are the same.
 *
 * <p>What must not change: the constants of a step are locals of the method that loops, never fields of an object that
 * the loop reads; and listed rows of two vectors, which embeddings have, are a straight line inside the loop over rows, so
 * that several rows are on their way from memory at a time. The scalar tail is a method of its own, as in
 * {@link VectorElementwise}.
 */
final class VectorOptimizerKernels extends OptimizerKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final int PAIR = 2 * LANES;

    /** Bytes from one float to the next, handed on as if it could vary; {@link VectorNorms} says why. */
    private static final long STEP = Float.BYTES;

    @Override
    double squaredNorm(Matrix x, int from, int to) {
        double sum = 0;
        for (int row = from; row < to; row++) {
            sum += squaredNorm(x.data(), x.offset(row), STEP, x.cols());
        }
        return sum;
    }

    private static float squaredNorm(MemorySegment data, long at, long floatStep, int count) {
        int whole = FLOATS.loopBound(count);
        FloatVector squares = FloatVector.zero(FLOATS);
        for (int j = 0; j < whole; j += LANES) {
            FloatVector value = load(data, at + j * floatStep);
            squares = value.fma(value, squares);
        }
        return Lanes.sum(squares) + squaredNormOfTail(data, at, whole, count);
    }

    private static float squaredNormOfTail(MemorySegment data, long at, int from, int count) {
        float sum = 0;
        for (int j = from; j < count; j++) {
            float value = data.get(Matrix.FLOAT, at + (long) j * Float.BYTES);
            sum = Math.fma(value, value, sum);
        }
        return sum;
    }

    @Override
    void scale(float factor, Matrix x, int from, int to) {
        int run = VectorRows.rowsOfRun(x);
        for (int row = from; row < to; row += run) {
            scale(factor, x.data(), x.offset(row), STEP, Math.min(run, to - row) * x.cols());
        }
    }

    private static void scale(float factor, MemorySegment data, long at, long floatStep, int count) {
        int whole = FLOATS.loopBound(count);
        for (int j = 0; j < whole; j += LANES) {
            load(data, at + j * floatStep).mul(factor).intoMemorySegment(data, at + j * floatStep, LITTLE_ENDIAN);
        }
        for (int j = whole; j < count; j++) {
            long place = at + (long) j * Float.BYTES;
            data.set(Matrix.FLOAT, place, factor * data.get(Matrix.FLOAT, place));
        }
    }

    @Override
    void adam(
            AdamStep step,
            Matrix parameters,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to) {
        int run = Math.min(
                Math.min(VectorRows.rowsOfRun(parameters), VectorRows.rowsOfRun(gradients)),
                Math.min(VectorRows.rowsOfRun(firstMoments), VectorRows.rowsOfRun(secondMoments)));
        float rate = step.correctedRate();
        float scale = step.secondMomentScale();
        for (int row = from; row < to; row += run) {
            int count = Math.min(run, to - row) * parameters.cols();
            update(
                    step,
                    rate,
                    scale,
                    parameters.data(),
                    parameters.offset(row),
                    gradients.data(),
                    gradients.offset(row),
                    firstMoments.data(),
                    firstMoments.offset(row),
                    secondMoments.data(),
                    secondMoments.offset(row),
                    STEP,
                    count);
        }
    }

    @Override
    void adamRows(
            AdamStep step,
            Matrix parameters,
            int[] rows,
            Matrix gradients,
            Matrix firstMoments,
            Matrix secondMoments,
            int from,
            int to) {
        if (parameters.cols() == PAIR) {
            updatePairs(step, parameters, rows, gradients, firstMoments, secondMoments, from, to);
            return;
        }
        float rate = step.correctedRate();
        float scale = step.secondMomentScale();
        for (int t = from; t < to; t++) {
            int row = rows[t];
            update(
                    step,
                    rate,
                    scale,
                    parameters.data(),
                    parameters.offset(row),
                    gradients.data(),
                    gradients.offset(t),
                    firstMoments.data(),
                    firstMoments.offset(row),
                    secondMoments.data(),
                    secondMoments.offset(row),
                    STEP,
                    parameters.cols());
        }
    }

    /** Updates {@code count} parameters that lie one behind the other. */
    private static void update(
            AdamStep step,
            float rate,
            float scale,
            MemorySegment parameters,
            long parameterAt,
            MemorySegment gradients,
            long gradientAt,
            MemorySegment firstMoments,
            long firstAt,
            MemorySegment secondMoments,
            long secondAt,
            long floatStep,
            int count) {
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        float epsilon = step.epsilon();
        float keep = step.keep();
        int whole = FLOATS.loopBound(count);
        for (int j = 0; j < whole; j += LANES) {
            long at = j * floatStep;
            FloatVector gradient = load(gradients, gradientAt + at);
            FloatVector first = first(load(firstMoments, firstAt + at), gradient, beta1);
            FloatVector second = second(load(secondMoments, secondAt + at), gradient, beta2);
            first.intoMemorySegment(firstMoments, firstAt + at, LITTLE_ENDIAN);
            second.intoMemorySegment(secondMoments, secondAt + at, LITTLE_ENDIAN);
            load(parameters, parameterAt + at)
                    .mul(keep)
                    .sub(change(first, second, rate, scale, epsilon))
                    .intoMemorySegment(parameters, parameterAt + at, LITTLE_ENDIAN);
        }
        if (whole < count) {
            updateTail(
                    step,
                    rate,
                    scale,
                    parameters,
                    parameterAt,
                    gradients,
                    gradientAt,
                    firstMoments,
                    firstAt,
                    secondMoments,
                    secondAt,
                    whole,
                    count);
        }
    }

    private static void updateTail(
            AdamStep step,
            float rate,
            float scale,
            MemorySegment parameters,
            long parameterAt,
            MemorySegment gradients,
            long gradientAt,
            MemorySegment firstMoments,
            long firstAt,
            MemorySegment secondMoments,
            long secondAt,
            int from,
            int count) {
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        float epsilon = step.epsilon();
        float keep = step.keep();
        for (int j = from; j < count; j++) {
            long at = (long) j * Float.BYTES;
            float gradient = gradients.get(Matrix.FLOAT, gradientAt + at);
            float first = beta1 * firstMoments.get(Matrix.FLOAT, firstAt + at) + (1 - beta1) * gradient;
            float second = beta2 * secondMoments.get(Matrix.FLOAT, secondAt + at) + (1 - beta2) * gradient * gradient;
            firstMoments.set(Matrix.FLOAT, firstAt + at, first);
            secondMoments.set(Matrix.FLOAT, secondAt + at, second);
            float change = rate * first / ((float) Math.sqrt(second) * scale + epsilon);
            float kept = keep * parameters.get(Matrix.FLOAT, parameterAt + at);
            parameters.set(Matrix.FLOAT, parameterAt + at, kept - change);
        }
    }

    /** Updates the listed rows of two vectors each. */
    private static void updatePairs(
            AdamStep step,
            Matrix parameterMatrix,
            int[] rows,
            Matrix gradientMatrix,
            Matrix firstMatrix,
            Matrix secondMatrix,
            int from,
            int to) {
        MemorySegment parameters = parameterMatrix.data();
        MemorySegment gradients = gradientMatrix.data();
        MemorySegment firstMoments = firstMatrix.data();
        MemorySegment secondMoments = secondMatrix.data();
        long parameterStep = parameterMatrix.offset(1);
        long gradientStep = gradientMatrix.offset(1);
        long firstStep = firstMatrix.offset(1);
        long secondStep = secondMatrix.offset(1);
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        float epsilon = step.epsilon();
        float keep = step.keep();
        float rate = step.correctedRate();
        float scale = step.secondMomentScale();
        for (int t = from; t < to; t++) {
            long row = rows[t];
            long gradientAt = t * gradientStep;
            long firstAt = row * firstStep;
            long secondAt = row * secondStep;
            long parameterAt = row * parameterStep;
            for (int j = 0; j < PAIR; j += LANES) {
                long at = (long) j * Float.BYTES;
                FloatVector gradient = load(gradients, gradientAt + at);
                FloatVector first = first(load(firstMoments, firstAt + at), gradient, beta1);
                FloatVector second = second(load(secondMoments, secondAt + at), gradient, beta2);
                FloatVector kept = load(parameters, parameterAt + at).mul(keep);
                first.intoMemorySegment(firstMoments, firstAt + at, LITTLE_ENDIAN);
                second.intoMemorySegment(secondMoments, secondAt + at, LITTLE_ENDIAN);
                kept.sub(change(first, second, rate, scale, epsilon))
                        .intoMemorySegment(parameters, parameterAt + at, LITTLE_ENDIAN);
            }
        }
    }

    private static FloatVector first(FloatVector old, FloatVector gradient, float beta) {
        return old.mul(beta).add(gradient.mul(1 - beta));
    }

    private static FloatVector second(FloatVector old, FloatVector gradient, float beta) {
        return old.mul(beta).add(gradient.mul(1 - beta).mul(gradient));
    }

    private static FloatVector change(FloatVector first, FloatVector second, float rate, float scale, float epsilon) {
        FloatVector root = second.lanewise(VectorOperators.SQRT).mul(scale);
        return first.mul(rate).div(root.add(epsilon));
    }

    private static FloatVector load(MemorySegment data, long at) {
        return FloatVector.fromMemorySegment(FLOATS, data, at, LITTLE_ENDIAN);
    }
}

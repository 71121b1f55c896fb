package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Inverted dropout on a tower's input: each element is 0 with probability {@code rate}, else scaled by
 * {@code 1 / (1 - rate)} (Srivastava et al., 2014). The mask depends on the seed of the step alone. Not thread-safe.
 */
public final class Dropout {
    private static final Dropout NONE = new Dropout(null, 0);

    private final @Nullable Matrix mask;
    private final float rate;

    private Dropout(@Nullable Matrix mask, float rate) {
        this.mask = mask;
        this.rate = rate;
    }

    /** {@return dropout that changes nothing} */
    public static Dropout none() {
        return NONE;
    }

    /**
     * Dropout for inputs of a tower.
     *
     * @param arena owner of the mask
     * @param rate probability of dropping, in [0, 1)
     * @param activations what it will be applied to
     * @return the dropout; draw a mask before each step
     */
    public static Dropout of(Arena arena, float rate, Activations activations) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout: must be in [0, 1), is " + rate);
        }
        if (rate == 0) {
            return NONE;
        }
        Matrix input = activations.input();
        return new Dropout(Matrix.allocate(arena, activations.capacity(), input.cols()), rate);
    }

    /**
     * Draws the mask of a step.
     *
     * @param seed of the step
     * @param rows number of rows the step will have
     */
    public void draw(long seed, int rows) {
        if (mask == null) {
            return;
        }
        SplittableRandom random = new SplittableRandom(seed);
        long threshold = (long) (rate * (1L << 16));
        float scale = 1 / (1 - rate);
        for (int row = 0; row < rows; row++) {
            long offset = mask.offset(row);
            for (int col = 0; col < mask.cols(); col += 4) {
                long bits = random.nextLong();
                for (int j = col; j < Math.min(col + 4, mask.cols()); j++) {
                    float value = (bits & 0xffff) < threshold ? 0 : scale;
                    mask.data().set(Matrix.FLOAT, offset + 4L * j, value);
                    bits >>>= 16;
                }
            }
        }
    }

    void forward(Engine engine, Matrix z) {
        apply(engine, z);
    }

    void backward(Engine engine, Matrix dZ) {
        apply(engine, dZ);
    }

    private void apply(Engine engine, Matrix x) {
        if (mask != null) {
            engine.kernels().layers().multiply(engine.workers(), x, mask.rows(0, x.rows()), x);
        }
    }
}

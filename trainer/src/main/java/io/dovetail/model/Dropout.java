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
    private static final long ROW_MIX = 0xD1342543DE82EF95L;

    private final @Nullable Matrix mask;
    private final float rate;
    private long seed;

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
     * @return the dropout; {@link #begin} a mask before each step
     */
    public static Dropout of(Arena arena, float rate, Activations activations) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout: must be in [0, 1), is " + rate);
        }
        if (rate == 0) {
            return NONE;
        }
        return new Dropout(Matrix.allocate(arena, activations.capacity(), activations.input.cols()), rate);
    }

    /**
     * Chooses the mask of a step; it is drawn row by row as the rows are computed.
     *
     * @param stepSeed of the step
     */
    public void begin(long stepSeed) {
        if (mask != null) {
            seed = stepSeed;
        }
    }

    private void draw(int from, int to) {
        if (mask == null) {
            return;
        }
        long threshold = (long) (rate * (1L << 16));
        float scale = 1 / (1 - rate);
        for (int row = from; row < to; row++) {
            SplittableRandom random = new SplittableRandom(seed + ROW_MIX * row);
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

    /** Draws the mask of rows {@code [from, from + z.rows())} of the batch and applies it. */
    void forward(Engine engine, Matrix z, int from) {
        draw(from, from + z.rows());
        apply(engine, z, from);
    }

    /** Applies the mask of the forward pass. */
    void backward(Engine engine, Matrix dZ, int from) {
        apply(engine, dZ, from);
    }

    private void apply(Engine engine, Matrix x, int from) {
        if (mask != null) {
            engine.kernels().layers().multiply(engine.workers(), x, mask.rows(from, x.rows()), x);
        }
    }
}

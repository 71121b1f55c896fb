package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Inverted dropout on a tower's input: each element is 0 with probability {@code rate}, else scaled by
 * {@code 1 / (1 - rate)} (Srivastava et al., 2014). The mask depends on the seed of the step alone. Not thread-safe.
 */
public final class Dropout {
    private static final Dropout NONE = new Dropout(List.of(), 1, 0);
    private static final long ROW_MIX = 0xD1342543DE82EF95L;

    /** What a chunk of rows is multiplied by, and what draws it. */
    private record Mask(Matrix factors, StepRandom random) {}

    private final List<Mask> masks;

    private final int rowsOfChunk;
    private final float rate;
    private long seed;

    private Dropout(List<Mask> masks, int rowsOfChunk, float rate) {
        this.masks = masks;
        this.rowsOfChunk = rowsOfChunk;
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
        int rowsOfChunk = activations.chunks().getFirst().capacity();
        int cols = activations.input.cols();
        List<Mask> masks = activations.chunks().stream()
                .map(chunk -> new Mask(Matrix.allocate(arena, chunk.capacity(), cols), new StepRandom()))
                .toList();
        return new Dropout(masks, rowsOfChunk, rate);
    }

    /**
     * Chooses the mask of a step; it is drawn row by row as the rows are computed.
     *
     * @param stepSeed of the step
     */
    public void begin(long stepSeed) {
        if (!masks.isEmpty()) {
            seed = stepSeed;
        }
    }

    private void draw(Mask of, int from) {
        Matrix mask = of.factors;
        long threshold = (long) (rate * (1L << 16));
        float scale = 1 / (1 - rate);
        for (int row = 0; row < mask.rows(); row++) {
            StepRandom random = of.random.from(seed + ROW_MIX * (from + row));
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

    /** Draws the mask of the chunk whose rows {@code [from, from + z.rows())} of the batch are, and applies it. */
    void forward(Engine engine, Matrix z, int from) {
        if (!masks.isEmpty()) {
            Mask mask = masks.get(from / rowsOfChunk);
            mask.factors.resize(z.rows(), z.cols());
            draw(mask, from);
            engine.kernels().layers().multiply(engine.workers(), z, mask.factors, z);
        }
    }

    /** Applies the mask of the forward pass. */
    void backward(Engine engine, Matrix dZ, int from) {
        if (!masks.isEmpty()) {
            engine.kernels().layers().multiply(engine.workers(), dZ, masks.get(from / rowsOfChunk).factors, dZ);
        }
    }
}

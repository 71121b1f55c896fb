package io.dovetail.index;

import io.dovetail.kernels.CodingKernels;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.lang.foreign.Arena;

/**
 * Chooses codes that err little where it counts. Who asks for a vector asks with a query of about its direction, so that an
 * error along the vector changes the score, and one across it hardly does: with the error e of a vector x, the code with
 * the least {@code |e|² + (η - 1) <e, x / |x|>²} is wanted (Guo et al., Accelerating Large-Scale Inference with Anisotropic
 * Vector Quantization, ICML 2020, section 3, where η is the ratio of the weights h). Beginning with the nearest centroids, each
 * subspace is chosen anew, {@value #ROUNDS} times, while the others stay. Codebooks are those of k-means: training them
 * by the same loss gained nothing more in a prototype.
 */
final class CodeEncoder {

    /** As many as the prototype had whose recall made this the usual way; more were not tried. */
    private static final int ROUNDS = 3;

    /** Vectors that are worked on side by side. */
    private static final int BLOCK = 4 * CodingKernels.ABREAST;

    private final ProductQuantizer quantizer;
    private final float weight;
    private final Kernels kernels;
    private final Workers workers;
    private final NearestCentroid nearest;
    private final Matrix codebooks;
    private final Block[] blocks;

    /**
     * An encoder.
     *
     * @param quantizer the codebooks
     * @param anisotropy η, at least 1; 1 chooses the nearest centroids
     * @param kernels how to compute
     * @param workers who computes
     * @param nearest finds the nearest centroids
     * @param arena owner of scratch, shared
     */
    CodeEncoder(
            ProductQuantizer quantizer,
            float anisotropy,
            Kernels kernels,
            Workers workers,
            NearestCentroid nearest,
            Arena arena) {
        this.quantizer = quantizer;
        weight = anisotropy - 1;
        this.kernels = kernels;
        this.workers = workers;
        this.nearest = nearest;
        codebooks = quantizer.codebooks(arena);
        blocks = new Block[workers.threads()];
        for (int worker = 0; worker < blocks.length; worker++) {
            blocks[worker] = new Block(arena);
        }
    }

    /** {@return whether {@link #encode} looks at the vectors themselves} */
    boolean wantsVectors() {
        return weight > 0;
    }

    /**
     * Codes of residuals.
     *
     * @param residuals (n, d), in the axes of the codebooks
     * @param vectors (n, d), what they are residuals of, in the same axes
     * @param codes M arrays of at least n, receive a centroid's number each
     */
    void encode(Matrix residuals, Matrix vectors, int[][] codes) {
        if (!wantsVectors()) {
            quantizer.encode(residuals, nearest, codes);
            return;
        }
        int count = (residuals.rows() + BLOCK - 1) / BLOCK;
        workers.run(count, (task, worker) -> {
            int from = task * BLOCK;
            blocks[worker].encode(residuals, vectors, from, Math.min(BLOCK, residuals.rows() - from), codes);
        });
    }

    /** What a worker needs; vectors are columns. */
    private final class Block {

        private final Matrix parts;
        private final Matrix directions;
        private final Matrix own;
        private final Matrix rests;
        private final int[][] chosen = new int[quantizer.subspaces()][BLOCK];

        private Block(Arena arena) {
            parts = Matrix.allocate(arena, codebooks.rows(), BLOCK);
            directions = Matrix.allocate(arena, codebooks.rows(), BLOCK);
            own = Matrix.allocate(arena, quantizer.subspaces(), BLOCK);
            rests = Matrix.allocate(arena, 1, BLOCK);
        }

        /** Columns beyond the last keep an older vector, whose codes nobody reads. */
        private void encode(Matrix residuals, Matrix vectors, int from, int count, int[][] codes) {
            for (int column = 0; column < count; column++) {
                float square = Vectors.squareNorm(vectors, from + column);
                float scale = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
                for (int row = 0; row < parts.rows(); row++) {
                    parts.set(row, column, residuals.get(from + column, row));
                    directions.set(row, column, scale * vectors.get(from + column, row));
                }
            }
            rests.fill(0);
            for (int m = 0; m < chosen.length; m++) {
                choose(m, 0); // the nearest, whatever the others err
                addToRests(m, 1);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int m = 0; m < chosen.length; m++) {
                    addToRests(m, -1);
                    choose(m, weight);
                    addToRests(m, 1);
                }
            }
            for (int m = 0; m < chosen.length; m++) {
                System.arraycopy(chosen[m], 0, codes[m], from, count);
            }
        }

        private void choose(int m, float byWeight) {
            int width = parts.rows() / chosen.length;
            kernels.coding()
                    .choose(
                            parts.rows(m * width, width),
                            directions.rows(m * width, width),
                            codebooks.rows(m * width, width),
                            byWeight,
                            rests,
                            own.rows(m, 1),
                            chosen[m]);
        }

        private void addToRests(int m, float sign) {
            for (int column = 0; column < BLOCK; column++) {
                rests.set(0, column, rests.get(0, column) + sign * own.get(m, column));
            }
        }
    }
}

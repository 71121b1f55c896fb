package io.dovetail.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Tiles of C in scratch memory: what they start from, and how they get to C where it ends or has an epilogue of its own. */
final class GemmTile {

    /** Rows of a tile: with two vectors a row, 16 accumulators, half the registers of a 512-bit machine. */
    static final int ROWS = 8;

    /** Bytes of a tile in memory. */
    static final long BYTES = ROWS * Panels.ROW_BYTES;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final long VECTOR_BYTES = SPECIES.vectorByteSize();

    private GemmTile() {}

    /**
     * Fills a tile in memory with {@code factor * source}, where the source has {@code rows x cols} elements and is not
     * read if the factor is 0. Columns beyond are 0, rows beyond keep what they hold.
     */
    static void load(
            MemorySegment source,
            long from,
            long step,
            int rows,
            int cols,
            float factor,
            MemorySegment tile,
            long tileAt) {
        for (int j = 0; j < Panels.WIDTH; j += LANES) {
            VectorMask<Float> present = SPECIES.indexInRange(j, cols);
            long column = (long) j * Float.BYTES;
            for (int r = 0; r < rows; r++) {
                FloatVector old = factor == 0
                        ? FloatVector.zero(SPECIES)
                        : FloatVector.fromMemorySegment(
                                SPECIES, source, from + r * step + column, LITTLE_ENDIAN, present);
                old.mul(factor).intoMemorySegment(tile, tileAt + r * Panels.ROW_BYTES + column, LITTLE_ENDIAN);
            }
        }
    }

    /** Adds a row to each row of a tile in memory. */
    static void addRow(MemorySegment row, long from, int rows, int cols, MemorySegment tile, long tileAt) {
        for (int j = 0; j < cols; j += LANES) {
            VectorMask<Float> present = SPECIES.indexInRange(j, cols);
            long column = (long) j * Float.BYTES;
            FloatVector values = FloatVector.fromMemorySegment(SPECIES, row, from + column, LITTLE_ENDIAN, present);
            for (int r = 0; r < rows; r++) {
                long at = tileAt + r * Panels.ROW_BYTES + column;
                FloatVector.fromMemorySegment(SPECIES, tile, at, LITTLE_ENDIAN)
                        .add(values)
                        .intoMemorySegment(tile, at, LITTLE_ENDIAN);
            }
        }
    }

    /** Copies the first {@code rows x cols} elements of a tile in memory to C. */
    static void store(MemorySegment tile, long tileAt, int rows, int cols, MemorySegment c, long to, long step) {
        for (int j = 0; j < cols; j += LANES) {
            VectorMask<Float> present = SPECIES.indexInRange(j, cols);
            long column = (long) j * Float.BYTES;
            for (int r = 0; r < rows; r++) {
                FloatVector.fromMemorySegment(SPECIES, tile, tileAt + r * Panels.ROW_BYTES + column, LITTLE_ENDIAN)
                        .intoMemorySegment(c, to + r * step + column, LITTLE_ENDIAN, present);
            }
        }
    }

    /** {@link #keepWherePositive} for a whole tile: without masks, and in a loop of constant length. */
    static void keepWholeWherePositive(
            MemorySegment gates, long gateAt, long gateStep, MemorySegment c, long at, long step) {
        for (int r = 0; r < ROWS; r++) {
            long gate = gateAt + r * gateStep;
            long to = at + r * step;
            VectorMask<Float> left = FloatVector.fromMemorySegment(SPECIES, gates, gate, LITTLE_ENDIAN)
                    .compare(VectorOperators.GT, 0);
            VectorMask<Float> right = FloatVector.fromMemorySegment(SPECIES, gates, gate + VECTOR_BYTES, LITTLE_ENDIAN)
                    .compare(VectorOperators.GT, 0);
            FloatVector zero = FloatVector.zero(SPECIES);
            zero.blend(FloatVector.fromMemorySegment(SPECIES, c, to, LITTLE_ENDIAN), left)
                    .intoMemorySegment(c, to, LITTLE_ENDIAN);
            zero.blend(FloatVector.fromMemorySegment(SPECIES, c, to + VECTOR_BYTES, LITTLE_ENDIAN), right)
                    .intoMemorySegment(c, to + VECTOR_BYTES, LITTLE_ENDIAN);
        }
    }

    /** Clears the elements of C whose gates are not positive. */
    static void keepWherePositive(
            MemorySegment gates, long gateAt, long gateStep, MemorySegment c, long at, long step, int rows, int cols) {
        for (int j = 0; j < cols; j += LANES) {
            VectorMask<Float> present = SPECIES.indexInRange(j, cols);
            long column = (long) j * Float.BYTES;
            for (int r = 0; r < rows; r++) {
                VectorMask<Float> positive = FloatVector.fromMemorySegment(
                                SPECIES, gates, gateAt + r * gateStep + column, LITTLE_ENDIAN, present)
                        .compare(VectorOperators.GT, 0);
                FloatVector value =
                        FloatVector.fromMemorySegment(SPECIES, c, at + r * step + column, LITTLE_ENDIAN, present);
                FloatVector.zero(SPECIES)
                        .blend(value, positive)
                        .intoMemorySegment(c, at + r * step + column, LITTLE_ENDIAN, present);
            }
        }
    }
}

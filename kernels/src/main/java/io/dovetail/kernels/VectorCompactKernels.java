package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elements widened a vector at a time. There is no vector of binary16 in the Vector API of JDK 25, so its fields are moved to
 * those of a float by integer shifts; a multiplication then makes up for the other bias of the exponent, and brings
 * subnormal numbers into their normal form with it.
 */
final class VectorCompactKernels extends CompactKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** As many bytes as there are lanes, or the fewest that a vector can hold: twice as many. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int LANES = FLOATS.length();

    /** 2^(127 - 15): what the bias of a float's exponent is more than that of binary16. */
    private static final float BIAS = 0x1p112f;

    @Override
    float dot(Matrix query, CompactRows rows, long offset) {
        return switch (rows.elements()) {
            case FLOAT16 -> {
                int bound = HALVES.loopBound(rows.cols());
                yield halves(query.data(), rows.data(), offset, bound) + rest(bound, query, rows, offset);
            }
            case INT8 -> {
                int bound = BYTES.loopBound(rows.cols());
                yield bytes(query.data(), rows.data(), offset, bound) + rest(bound, query, rows, offset);
            }
        };
    }

    private static float rest(int from, Matrix query, CompactRows rows, long offset) {
        return from < rows.cols() ? dotFrom(from, query, rows, offset) : 0;
    }

    private static float halves(MemorySegment query, MemorySegment data, long offset, int cols) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int col = 0; col < cols; col += LANES) {
            IntVector bits = (IntVector) ShortVector.fromMemorySegment(HALVES, data, offset + 2L * col, ORDER)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            IntVector magnitude = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
            IntVector sign = bits.and(Integer.MIN_VALUE); // the conversion has copied it all the way up
            FloatVector widened = magnitude
                    .reinterpretAsFloats()
                    .mul(BIAS)
                    .reinterpretAsInts()
                    .or(sign)
                    .reinterpretAsFloats();
            sum = FloatVector.fromMemorySegment(FLOATS, query, 4L * col, ORDER).fma(widened, sum);
        }
        return Lanes.sum(sum);
    }

    private static float bytes(MemorySegment query, MemorySegment data, long offset, int cols) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int col = 0; col < cols; col += BYTES.length()) {
            ByteVector some = ByteVector.fromMemorySegment(BYTES, data, offset + col, ORDER);
            sum = FloatVector.fromMemorySegment(FLOATS, query, 4L * col, ORDER)
                    .fma((FloatVector) some.convertShape(VectorOperators.B2F, FLOATS, 0), sum);
            if (BYTES.length() > LANES) {
                sum = FloatVector.fromMemorySegment(FLOATS, query, 4L * (col + LANES), ORDER)
                        .fma((FloatVector) some.convertShape(VectorOperators.B2F, FLOATS, 1), sum);
            }
        }
        return Lanes.sum(sum);
    }
}

package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** A vector per lane: no reduction, and each lane does what the scalar twin does, so that both choose the same. */
final class VectorCodingKernels extends CodingKernels {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    @Override
    void chooseUnchecked(
            Matrix parts, Matrix directions, Matrix centroids, float weight, Matrix rests, Matrix own, int[] codes) {
        for (int first = 0; first < parts.cols(); first += FLOATS.length()) {
            chooseLanes(parts, directions, centroids, weight, rests, own, codes, first);
        }
    }

    private static void chooseLanes(
            Matrix parts,
            Matrix directions,
            Matrix centroids,
            float weight,
            Matrix rests,
            Matrix own,
            int[] codes,
            int first) {
        long shift = (long) first * Float.BYTES;
        MemorySegment x = parts.data();
        MemorySegment u = directions.data();
        MemorySegment b = centroids.data();
        long xStep = parts.offset(1) - parts.offset(0);
        long uStep = directions.offset(1) - directions.offset(0);
        long bStep = centroids.offset(1) - centroids.offset(0);
        long xStart = parts.offset(0) + shift;
        long uStart = directions.offset(0) + shift;
        long bStart = centroids.offset(0);
        int width = parts.rows();
        int count = centroids.cols();
        FloatVector rest = FloatVector.fromMemorySegment(FLOATS, rests.data(), rests.offset(0) + shift, ORDER);
        FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
        FloatVector ownOfLeast = FloatVector.zero(FLOATS);
        IntVector code = IntVector.zero(INTS);
        for (int centroid = 0; centroid < count; centroid++) {
            FloatVector squares = FloatVector.zero(FLOATS);
            FloatVector along = FloatVector.zero(FLOATS);
            for (int row = 0; row < width; row++) {
                float value = b.get(Matrix.FLOAT, bStart + row * bStep + (long) centroid * Float.BYTES);
                FloatVector error = FloatVector.fromMemorySegment(FLOATS, x, xStart + row * xStep, ORDER)
                        .sub(value);
                squares = error.fma(error, squares);
                along = error.fma(FloatVector.fromMemorySegment(FLOATS, u, uStart + row * uStep, ORDER), along);
            }
            FloatVector all = along.add(rest);
            FloatVector cost = all.mul(weight).fma(all, squares);
            VectorMask<Float> better = cost.compare(VectorOperators.LT, least);
            least = least.blend(cost, better);
            ownOfLeast = ownOfLeast.blend(along, better);
            code = code.blend(centroid, better.cast(INTS));
        }
        ownOfLeast.intoMemorySegment(own.data(), own.offset(0) + shift, ORDER);
        code.intoArray(codes, first);
    }
}

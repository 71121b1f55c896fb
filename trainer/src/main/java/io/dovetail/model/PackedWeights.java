package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels;
import io.dovetail.kernels.PackedMatrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** The weights of a tower's layers as products read them fastest. A copy: it is made anew when the weights change. */
final class PackedWeights {
    private final List<Matrix> weights = new ArrayList<>();
    private final List<PackedMatrix> forward = new ArrayList<>();
    private final List<PackedMatrix> backward = new ArrayList<>();

    /**
     * Packs the weights as they stand.
     *
     * @param engine what to compute on
     * @param arena owner of the memory
     * @param tower has the weights
     * @param inputWidth number of columns of the input that the first layer multiplies, be they fewer than it has rows
     */
    PackedWeights(Engine engine, Arena arena, Tower tower, int inputWidth) {
        MatrixKernels matrices = engine.kernels().matrices();
        for (Parameter parameter : tower.weights()) {
            Matrix weight = weights.isEmpty() ? parameter.value().rows(0, inputWidth) : parameter.value();
            weights.add(weight);
            forward.add(matrices.pack(arena, weight));
            backward.add(matrices.packTransposed(arena, weight));
        }
    }

    /** {@return parts that take over the weights as they stand when they run} */
    List<Stage.Part> packing() {
        List<Stage.Part> parts = new ArrayList<>();
        for (int layer = 0; layer < weights.size(); layer++) {
            Matrix weight = weights.get(layer);
            PackedMatrix packed = forward.get(layer);
            PackedMatrix transposed = backward.get(layer);
            parts.add(engine -> engine.kernels().matrices().repack(weight, packed));
            parts.add(engine -> engine.kernels().matrices().repack(weight, transposed));
        }
        return parts;
    }

    /** {@return W of a layer, the right factor of its forward product} */
    PackedMatrix forward(int layer) {
        return forward.get(layer);
    }

    /** {@return W transposed, the right factor of its backward product} */
    PackedMatrix backward(int layer) {
        return backward.get(layer);
    }
}

package io.dovetail.kernels;

import jdk.incubator.vector.FloatVector;

/** Puts the vector families together. Apart from {@link Kernels}, so that that class links without the Vector API. */
final class VectorKernels {

    /** Made once: look-ups and tiles are classes of their own, which a JVM compiles anew wherever they are made anew. */
    private static final Kernels KERNELS = create();

    private VectorKernels() {}

    static Kernels kernels() {
        return KERNELS;
    }

    private static Kernels create() {
        VectorScanKernels scan = new VectorScanKernels(LookupStrategy.ofThisMachine());
        VectorLayerKernels layers = new VectorLayerKernels();
        return new Kernels(
                new VectorMatrixKernels(layers),
                layers,
                new VectorLossKernels(),
                new VectorOptimizerKernels(),
                new VectorLeastSquaresKernels(),
                new VectorSearchKernels(),
                scan,
                new VectorCompactKernels(),
                new VectorCodingKernels(),
                "vector kernels: " + FloatVector.SPECIES_PREFERRED.vectorBitSize() + " bits, preferred by the JVM; "
                        + scan.describe());
    }
}

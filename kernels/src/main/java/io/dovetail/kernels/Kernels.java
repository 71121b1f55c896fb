package io.dovetail.kernels;

/**
 * The door to the kernels: one object per backend, with the kernels grouped by what they work on.
 *
 * <p>Immutable and shareable. Hand it to constructors.
 *
 * @param matrices matrix products
 * @param layers forward and backward passes of a network's layers
 * @param losses losses with their gradients
 * @param optimizers parameter updates
 * @param leastSquares regularised least squares
 * @param search what an index does per query beside scanning
 * @param scan from codes to candidates
 * @param compact rows of elements that are smaller than a float
 * @param coding codes of a product quantizer
 * @param describe one line that says which backend this is, its vector width and look-up strategy, and why
 */
public record Kernels(
        MatrixKernels matrices,
        LayerKernels layers,
        LossKernels losses,
        OptimizerKernels optimizers,
        LeastSquaresKernels leastSquares,
        SearchKernels search,
        ScanKernels scan,
        CompactKernels compact,
        CodingKernels coding,
        String describe) {

    private static final String MODULE = "jdk.incubator.vector";
    private static final String FLAG = "--add-modules " + MODULE;

    /** {@return the scalar kernels: the reference for tests, and what runs without the Vector API} */
    public static Kernels scalar() {
        return scalar("asked for");
    }

    /**
     * The SIMD kernels, at the width that the JVM prefers. They count on HotSpot's C2 compiler.
     *
     * @return the kernels, the same object at each call
     * @throws IllegalStateException if the module of the Vector API is absent; the message names the flag to add
     */
    public static Kernels vector() {
        if (!vectorApiPresent()) {
            throw new IllegalStateException(
                    "vector kernels: the module " + MODULE + " is absent; start java with " + FLAG);
        }
        return VectorKernels.kernels();
    }

    /**
     * {@link #vector()} if the Vector API is there, else {@link #scalar()} with a warning that names the flag to add.
     * Either choice is logged, once per call.
     *
     * @return the kernels
     */
    public static Kernels best() {
        System.Logger log = System.getLogger(Kernels.class.getName());
        if (vectorApiPresent()) {
            Kernels kernels = vector();
            log.log(System.Logger.Level.DEBUG, kernels.describe());
            return kernels;
        }
        Kernels kernels = scalar("the module " + MODULE + " is absent");
        log.log(
                System.Logger.Level.WARNING,
                "{0}; for kernels many times faster start java with {1}",
                kernels.describe(),
                FLAG);
        return kernels;
    }

    /** Classes that name the Vector API may be touched only after this said yes. */
    private static boolean vectorApiPresent() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    private static Kernels scalar(String reason) {
        return new Kernels(
                new ScalarMatrixKernels(),
                new ScalarLayerKernels(),
                new ScalarLossKernels(),
                new ScalarOptimizerKernels(),
                new ScalarLeastSquaresKernels(),
                new ScalarSearchKernels(),
                new ScalarScanKernels(),
                new ScalarCompactKernels(),
                new ScalarCodingKernels(),
                "scalar kernels: " + reason);
    }
}

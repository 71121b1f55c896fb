package io.dovetail.kernels;

/**
 * The door to the kernels: one object per backend, with the kernels grouped by what they work on.
 *
 * <p>Immutable and shareable. Hand it to constructors; there is no global instance.
 *
 * @param matrices matrix products
 * @param layers forward and backward passes of a network's layers
 * @param losses losses with their gradients
 * @param optimizers parameter updates
 * @param search what an index does per query
 * @param describe one line that says which backend this is, its vector width and look-up strategy, and why
 */
public record Kernels(
        MatrixKernels matrices,
        LayerKernels layers,
        LossKernels losses,
        OptimizerKernels optimizers,
        SearchKernels search,
        String describe) {

    /** {@return the scalar kernels: the reference for tests, and what runs without the Vector API} */
    public static Kernels scalar() {
        return new Kernels(
                new ScalarMatrixKernels(),
                new ScalarLayerKernels(),
                new ScalarLossKernels(),
                new ScalarOptimizerKernels(),
                new ScalarSearchKernels(),
                "scalar kernels");
    }
}

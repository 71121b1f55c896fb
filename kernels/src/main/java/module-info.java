/** SIMD kernels on off-heap memory, each with a scalar twin. */
module io.dovetail.kernels {
    requires jdk.incubator.vector;
    requires static org.jspecify;

    exports io.dovetail.kernels;
}

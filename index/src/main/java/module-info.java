/** Inner-product search over vectors: exact, and IVF-PQ. */
module io.dovetail.index {
    requires transitive io.dovetail.kernels;
    requires jdk.jfr;
    requires static org.jspecify;

    exports io.dovetail.index;
    exports io.dovetail.index.file;
    exports io.dovetail.index.live;
    exports io.dovetail.index.tune;
}

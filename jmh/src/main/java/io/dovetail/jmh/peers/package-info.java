/**
 * Native libraries that the kernels are measured against, in the same JVM and on the same memory: MKL, OpenBLAS and
 * oneDNN, called through {@code java.lang.foreign}. Nothing here is needed to compile or to run the rest.
 */
@NullMarked
package io.dovetail.jmh.peers;

import org.jspecify.annotations.NullMarked;

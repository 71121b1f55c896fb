/**
 * Numeric kernels on off-heap memory.
 *
 * <p><b>Layout.</b> A {@link io.dovetail.kernels.Matrix} is row-major float32 in a <em>native</em> segment. Rows start
 * {@code stride} floats apart. What lies between {@code cols} and {@code stride} is never read and never written, so
 * any rectangle of a matrix is a matrix. {@link io.dovetail.kernels.Matrix#allocate} pads the stride to 16 floats,
 * which is a whole number of vectors at 128, 256 and 512 bits: with such rows the loops have no tail.
 *
 * <p><b>Who checks.</b> The public methods of the kernel families check shapes and throw
 * {@link java.lang.IllegalArgumentException} naming them; the bodies check nothing more.
 *
 * <p><b>Who owns.</b> Callers own all memory through their {@link java.lang.foreign.Arena}. A matrix is a view.
 *
 * <p><b>Threads.</b> Kernels are immutable and may be shared. A kernel that takes a
 * {@link io.dovetail.kernels.Workers} computes each output element in one task, and sums in an order that depends on shapes
 * alone: the same input gives the same bits at any thread count.
 * Kernels that take no workers run on the caller's thread.
 *
 * <p><b>Letters.</b> {@code n} rows, {@code d} columns, {@code dX} the gradient of a loss by {@code X}.
 */
@NullMarked
package io.dovetail.kernels;

import org.jspecify.annotations.NullMarked;

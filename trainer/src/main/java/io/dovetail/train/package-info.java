/**
 * Training: batches, losses with their gradients, the optimizer, the loop, and the folder a run lives in.
 *
 * <p><b>Determinism.</b> Batches, negatives, dropout masks and first values depend on the seed alone; every sum is taken in
 * a fixed order. The same seed and data give the same bytes at any number of threads, and a run that was interrupted and
 * resumed ends with the same bytes as one that was not.
 */
@NullMarked
package io.dovetail.train;

import org.jspecify.annotations.NullMarked;

/**
 * The Dual Augmented Two-tower model (DAT; Yu, Wang, Feng, Xue, DLP-KDD 2021) and, by configuration, the models that it is
 * compared with.
 *
 * <p>A {@link io.dovetail.model.Source} turns an entity (a user or an item) into a row of a sparse matrix; a sparse
 * matrix times an embedding table is a block of the tower's input {@code z}. A {@link io.dovetail.model.Tower} maps
 * {@code z} to a vector {@code p}; users and items use the same class. The augmented vector of the paper is one more
 * source, whose table the mimic losses also train.
 *
 * <p><b>Letters.</b> {@code n} rows of a batch, {@code d} output dimension, {@code z} input, {@code h} hidden layers,
 * {@code p} output, {@code a} augmented vector; {@code dX} is the gradient of the loss by {@code X}.
 */
@NullMarked
package io.dovetail.model;

import org.jspecify.annotations.NullMarked;

/** Writes the curves of a training in the form that TensorBoard reads. */
@NullMarked
package io.dovetail.app.tensorboard;

import org.jspecify.annotations.NullMarked;

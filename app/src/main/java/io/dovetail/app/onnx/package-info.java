/** Writes towers as ONNX models, for systems that serve such models. */
@NullMarked
package io.dovetail.app.onnx;

import org.jspecify.annotations.NullMarked;

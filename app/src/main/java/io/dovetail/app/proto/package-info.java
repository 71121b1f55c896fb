/**
 * Writes messages in the wire format of protocol buffers (protobuf.dev, "Encoding"), for the two formats that need it: ONNX
 * models and TensorBoard's events.
 */
@NullMarked
package io.dovetail.app.proto;

import org.jspecify.annotations.NullMarked;

package io.dovetail.app.onnx;

import io.dovetail.app.proto.ProtoMessage;

/** Element types of tensors, and the declaration of a graph's inputs and outputs ({@code ValueInfoProto}). */
final class OnnxTypes {
    static final int FLOAT = 1;
    static final int INT64 = 7;

    private static final int VALUE_NAME = 1;
    private static final int VALUE_TYPE = 2;
    private static final int TYPE_TENSOR = 1;
    private static final int TENSOR_ELEMENT = 1;
    private static final int TENSOR_SHAPE = 2;
    private static final int SHAPE_DIMENSION = 1;
    private static final int DIMENSION_VALUE = 1;
    private static final int DIMENSION_NAME = 2;

    private OnnxTypes() {}

    /** A matrix whose sizes are named: they may differ from call to call. */
    static ProtoMessage matrix(String name, int element, String rows, String columns) {
        return matrix(name, element, named(rows), named(columns));
    }

    /** A matrix of any number of rows and a fixed number of columns. */
    static ProtoMessage matrix(String name, int element, String rows, int columns) {
        return matrix(name, element, named(rows), new ProtoMessage().varint(DIMENSION_VALUE, columns));
    }

    private static ProtoMessage named(String size) {
        return new ProtoMessage().text(DIMENSION_NAME, size);
    }

    private static ProtoMessage matrix(String name, int element, ProtoMessage rows, ProtoMessage columns) {
        ProtoMessage shape = new ProtoMessage().message(SHAPE_DIMENSION, rows).message(SHAPE_DIMENSION, columns);
        ProtoMessage tensor = new ProtoMessage().varint(TENSOR_ELEMENT, element).message(TENSOR_SHAPE, shape);
        return new ProtoMessage()
                .text(VALUE_NAME, name)
                .message(VALUE_TYPE, new ProtoMessage().message(TYPE_TENSOR, tensor));
    }
}

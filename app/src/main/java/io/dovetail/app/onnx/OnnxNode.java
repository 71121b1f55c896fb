package io.dovetail.app.onnx;

import io.dovetail.app.proto.ProtoMessage;
import java.util.List;

/** An operation of a graph ({@code NodeProto}) with one output, after which it is named. */
final class OnnxNode {
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_NAME = 3;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_NAME = 1;
    private static final int ATTRIBUTE_INTEGER = 3;
    private static final int ATTRIBUTE_INTEGERS = 8;
    private static final int ATTRIBUTE_TYPE = 20;
    private static final int TYPE_INTEGER = 2;
    private static final int TYPE_INTEGERS = 7;

    private final ProtoMessage proto = new ProtoMessage();

    OnnxNode(String operator, List<String> inputs, String output) {
        inputs.forEach(input -> proto.text(NODE_INPUT, input));
        proto.text(NODE_OUTPUT, output).text(NODE_NAME, output).text(NODE_OPERATOR, operator);
    }

    OnnxNode with(String attribute, long value) {
        proto.message(
                NODE_ATTRIBUTE,
                new ProtoMessage()
                        .text(ATTRIBUTE_NAME, attribute)
                        .varint(ATTRIBUTE_INTEGER, value)
                        .varint(ATTRIBUTE_TYPE, TYPE_INTEGER));
        return this;
    }

    OnnxNode with(String attribute, List<Integer> values) {
        ProtoMessage message = new ProtoMessage().text(ATTRIBUTE_NAME, attribute);
        values.forEach(value -> message.varint(ATTRIBUTE_INTEGERS, value));
        proto.message(NODE_ATTRIBUTE, message.varint(ATTRIBUTE_TYPE, TYPE_INTEGERS));
        return this;
    }

    ProtoMessage proto() {
        return proto;
    }
}

package io.dovetail.app.proto;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message, built field by field and then written in one pass. A repeated field is added once per element. Content that is
 * large is streamed, so that a message may be larger than memory. Not thread-safe.
 */
public final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final List<Content> parts = new ArrayList<>();
    private long size;

    /** Content that is written when its message is. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes exactly as many bytes as were announced.
         *
         * @param out where to write; not to be closed
         * @throws IOException if writing fails
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** An empty message. */
    public ProtoMessage() {}

    /** {@return this, with an integer, enumeration or boolean} */
    public ProtoMessage varint(int field, long value) {
        ByteArrayOutputStream bytes = tag(field, VARINT);
        putVarint(bytes, value);
        return add(bytes.toByteArray());
    }

    /** {@return this, with a float} */
    public ProtoMessage float32(int field, float value) {
        ByteArrayOutputStream bytes = tag(field, FIXED_32);
        bytes.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
        return add(bytes.toByteArray());
    }

    /** {@return this, with a double} */
    public ProtoMessage float64(int field, double value) {
        ByteArrayOutputStream bytes = tag(field, FIXED_64);
        bytes.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
        return add(bytes.toByteArray());
    }

    /** {@return this, with a text} */
    public ProtoMessage text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return this, with bytes} */
    public ProtoMessage bytes(int field, byte[] value) {
        return content(field, value.length, out -> out.write(value));
    }

    /** {@return this, with a message as it is now} */
    public ProtoMessage message(int field, ProtoMessage value) {
        List<Content> now = List.copyOf(value.parts);
        return content(field, value.size, out -> write(now, out));
    }

    /**
     * Adds bytes that are made when they are written.
     *
     * @param field number of the field
     * @param length number of bytes
     * @param content writes as many
     * @return this
     */
    public ProtoMessage content(int field, long length, Content content) {
        ByteArrayOutputStream head = tag(field, LENGTH_DELIMITED);
        putVarint(head, length);
        add(head.toByteArray());
        parts.add(content);
        size += length;
        return this;
    }

    /** {@return the number of bytes that this takes} */
    public long size() {
        return size;
    }

    /**
     * Writes this.
     *
     * @param out where to write
     * @throws IOException if writing fails
     */
    public void writeTo(OutputStream out) throws IOException {
        write(parts, out);
    }

    private static void write(List<Content> parts, OutputStream out) throws IOException {
        for (Content part : parts) {
            part.writeTo(out);
        }
    }

    private ProtoMessage add(byte[] bytes) {
        parts.add(out -> out.write(bytes));
        size += bytes.length;
        return this;
    }

    private static ByteArrayOutputStream tag(int field, int wireType) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        putVarint(bytes, ((long) field << 3) | wireType);
        return bytes;
    }

    /** Seven bits a byte, the lowest first; all but the last byte have their high bit set. */
    private static void putVarint(ByteArrayOutputStream out, long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            out.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}

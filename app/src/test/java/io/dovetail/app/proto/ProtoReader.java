package io.dovetail.app.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads messages without knowing the writer: an independent decoder for tests. */
public final class ProtoReader {
    private ProtoReader() {}

    /** A field: its number, and a number or bytes. */
    public record Field(int number, Object value) {

        public long integer() {
            return (Long) value;
        }

        public double real() {
            return ((Number) value).doubleValue();
        }

        public byte[] bytes() {
            return (byte[]) value;
        }

        public String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }

        public List<Field> message() {
            return read(bytes());
        }
    }

    /** {@return all fields of a message, in order} */
    public static List<Field> read(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long tag = varint(in);
            Object value = switch ((int) (tag & 7)) {
                case 0 -> varint(in);
                case 1 -> in.getDouble();
                case 5 -> in.getFloat();
                case 2 -> {
                    byte[] bytes = new byte[Math.toIntExact(varint(in))];
                    in.get(bytes);
                    yield bytes;
                }
                default -> throw new IllegalArgumentException("wire type " + (tag & 7));
            };
            fields.add(new Field((int) (tag >>> 3), value));
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** {@return the first field of a number} */
    public static Field first(List<Field> fields, int number) {
        return fields.stream()
                .filter(field -> field.number() == number)
                .findFirst()
                .orElseThrow();
    }
}

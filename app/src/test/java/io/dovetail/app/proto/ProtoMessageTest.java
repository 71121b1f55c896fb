package io.dovetail.app.proto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.app.proto.ProtoReader.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProtoMessageTest {
    private static byte[] bytes(ProtoMessage message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        message.writeTo(out);
        assertEquals(out.size(), message.size());
        return out.toByteArray();
    }

    @Test
    void theExamplesOfTheFormatsGuide() throws IOException {
        HexFormat hex = HexFormat.of();
        assertEquals("089601", hex.formatHex(bytes(new ProtoMessage().varint(1, 150))));
        assertEquals("120774657374696e67", hex.formatHex(bytes(new ProtoMessage().text(2, "testing"))));
        ProtoMessage inner = new ProtoMessage().varint(1, 150);
        assertEquals("1a03089601", hex.formatHex(bytes(new ProtoMessage().message(3, inner))));
        assertEquals("08feffffffffffffffff01", hex.formatHex(bytes(new ProtoMessage().varint(1, -2))));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void integersReadBack(long value) throws IOException {
        List<Field> read = ProtoReader.read(bytes(new ProtoMessage().varint(2_000, value)));
        assertEquals(2_000, read.getFirst().number());
        assertEquals(value, read.getFirst().integer());
    }

    @Test
    void allKindsOfFieldsReadBackInOrder() throws IOException {
        ProtoMessage message = new ProtoMessage()
                .float32(1, 0.1f)
                .float64(2, -1e300)
                .text(3, "Ü")
                .message(4, new ProtoMessage())
                .content(5, 300, out -> out.write(new byte[300]))
                .message(6, new ProtoMessage().text(1, "a").text(1, "b"));
        List<Field> read = ProtoReader.read(bytes(message));
        assertEquals(List.of(1, 2, 3, 4, 5, 6), read.stream().map(Field::number).toList());
        assertEquals(0.1f, read.get(0).real());
        assertEquals(-1e300, read.get(1).real());
        assertEquals("Ü", read.get(2).text());
        assertEquals(0, read.get(3).bytes().length);
        assertArrayEquals(new byte[300], read.get(4).bytes());
        assertEquals("b", read.get(5).message().get(1).text());
    }

    @Test
    void aMessageInsideIsAsItWasWhenItWasAdded() throws IOException {
        ProtoMessage inner = new ProtoMessage().varint(1, 1);
        ProtoMessage outer = new ProtoMessage().message(1, inner);
        inner.varint(1, 2);
        assertEquals(1, ProtoReader.read(bytes(outer)).getFirst().message().size());
    }
}

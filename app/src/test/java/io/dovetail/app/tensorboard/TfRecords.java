package io.dovetail.app.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.app.proto.ProtoReader;
import io.dovetail.app.proto.ProtoReader.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads files of TFRecords and checks every checksum, bit by bit after the polynomial. */
public final class TfRecords {
    private TfRecords() {}

    /** A scalar of an event file. */
    public record Scalar(String tag, long step, double value, double wallTime) {}

    /** {@return the event file of a folder; there must be exactly one} */
    public static Path only(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> events = files.filter(
                            file -> file.getFileName().toString().startsWith("events.out.tfevents."))
                    .toList();
            assertEquals(1, events.size(), events.toString());
            return events.getFirst();
        }
    }

    /** {@return the records of a file} */
    static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertEquals(masked(length), in.getInt(), "checksum of a length");
            byte[] data = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            in.get(data);
            assertEquals(masked(data), in.getInt(), "checksum of a record");
            records.add(data);
        }
        return records;
    }

    /** {@return all scalars of an event file, whose first record must name the version} */
    public static List<Scalar> scalars(Path file) throws IOException {
        List<byte[]> records = records(file);
        assertEquals(
                "brain.Event:2",
                ProtoReader.first(ProtoReader.read(records.getFirst()), 3).text());
        List<Scalar> scalars = new ArrayList<>();
        for (byte[] record : records.subList(1, records.size())) {
            List<Field> event = ProtoReader.read(record);
            for (Field value : ProtoReader.first(event, 5).message()) {
                scalars.add(new Scalar(
                        ProtoReader.first(value.message(), 1).text(),
                        ProtoReader.first(event, 2).integer(),
                        ProtoReader.first(value.message(), 2).real(),
                        ProtoReader.first(event, 1).real()));
            }
        }
        return scalars;
    }

    static int masked(byte[] data) {
        int crc = ~0;
        for (byte b : data) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
}

package io.dovetail.app.tensorboard;

import io.dovetail.app.proto.ProtoMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A file of scalars: TFRecords of {@code Event} messages (TensorFlow's {@code tfrecord} guide; {@code event.proto} and
 * {@code summary.proto}).
 *
 * <p>A record is a uint64 length, the masked CRC32C of these 8 bytes, the message, and its masked CRC32C, all
 * little-endian. The first message names the version of the format. Every record is appended whole, so TensorBoard may read
 * while a training runs.
 */
public final class EventFile {
    private static final String PREFIX = "events.out.tfevents.";
    private static final String VERSION = "brain.Event:2";
    private static final int MASK_DELTA = 0xa282ead8;

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;

    private final Path folder;
    private final Path file;

    /**
     * A file that is not there yet.
     *
     * @param folder where TensorBoard is to look
     * @param now becomes part of the name, by which TensorBoard orders files
     */
    public EventFile(Path folder, Instant now) {
        this.folder = folder;
        file = folder.resolve(PREFIX + now.getEpochSecond() + ".dovetail");
    }

    /**
     * Begins the file, without scalars, in place of all of its kind that are in the folder.
     *
     * @throws IOException if writing fails
     */
    public void begin() throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path each : old) {
                Files.delete(each);
            }
        }
        append(event(Instant.now()).text(EVENT_FILE_VERSION, VERSION));
    }

    /**
     * Adds scalars.
     *
     * @param scalars values by tag; a tag's part before the first slash is its group
     * @param step place on the horizontal axis
     * @param time when they were measured
     * @throws IOException if writing fails
     */
    public void append(Map<String, Double> scalars, long step, Instant time) throws IOException {
        ProtoMessage summary = new ProtoMessage();
        scalars.forEach((tag, value) -> summary.message(
                SUMMARY_VALUE,
                new ProtoMessage().text(VALUE_TAG, tag).float32(VALUE_SIMPLE_VALUE, value.floatValue())));
        append(event(time).varint(EVENT_STEP, step).message(EVENT_SUMMARY, summary));
    }

    private static ProtoMessage event(Instant time) {
        return new ProtoMessage().float64(EVENT_WALL_TIME, time.toEpochMilli() * 1e-3);
    }

    private void append(ProtoMessage event) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        event.writeTo(bytes);
        byte[] data = bytes.toByteArray();
        byte[] length = littleEndian(data.length);
        ByteBuffer record = ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES);
        record.order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(maskedCrc(length))
                .put(data)
                .putInt(maskedCrc(data));
        Files.write(file, record.array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static byte[] littleEndian(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    /** A checksum of data that hold checksums would be weak: so it is rotated and shifted. */
    private static int maskedCrc(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}

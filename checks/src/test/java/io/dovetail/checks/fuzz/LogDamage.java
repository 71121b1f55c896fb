package io.dovetail.checks.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Damage to a log of a live index, of updates or of names, under right checksums of its header and of each record that is still found. */
final class LogDamage implements Damage {

    private static final int FILE_HEADER = 64;
    private static final int RECORD_HEADER = 40;
    private static final int CHECKSUM_AT = 32;
    private static final int PUT = 1;
    private static final int NAMES = 4;

    private final Damage bytes = new ByteDamage();

    @Override
    public byte[] of(byte[] good, byte[] other, SplittableRandom random) {
        byte[] damaged = bytes.of(good, other, random);
        seal(damaged);
        return damaged;
    }

    private static void seal(byte[] bytes) {
        if (bytes.length < FILE_HEADER) {
            return;
        }
        ByteBuffer log = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C header = new CRC32C();
        header.update(bytes, 0, FILE_HEADER - Integer.BYTES);
        log.putInt(FILE_HEADER - Integer.BYTES, (int) header.getValue());
        long dimension = log.getInt(12);
        long at = FILE_HEADER;
        while (at >= 0 && at + RECORD_HEADER <= bytes.length) {
            long each = switch (log.getInt((int) at)) {
                case PUT -> Long.BYTES + Float.BYTES * dimension;
                case NAMES -> 1;
                default -> Long.BYTES;
            };
            long size = RECORD_HEADER + log.getInt((int) at + 4) * each;
            if (size < RECORD_HEADER || size > bytes.length - at) {
                return;
            }
            CRC32C crc = new CRC32C();
            crc.update(bytes, (int) at, CHECKSUM_AT);
            crc.update(bytes, (int) at + RECORD_HEADER, (int) size - RECORD_HEADER);
            log.putInt((int) at + CHECKSUM_AT, (int) crc.getValue());
            at += size;
        }
    }
}

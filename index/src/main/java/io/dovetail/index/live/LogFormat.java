package io.dovetail.index.live;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The log of updates and the log of names, version 1. This page is its specification. All numbers are little-endian. A header,
 * then records, one after the other:
 *
 * <pre>
 * header   0  8 bytes   "DOVETLOG"
 *          8  int32     version, 1
 *         12  int32     dimension d; 0 in a log of names
 *         16  int64     generation of the file that the updates follow; 0 in a log of names
 *         24  int64     sequence number of the last write before the log, at least 0
 *         32  28 bytes  zero
 *         60  int32     CRC32C of bytes [0, 60)
 * record   0  int32     kind: 1 put, 2 remove, 3 end; 4 names
 *          4  int32     count n of ids, or of bytes of names, at least 1; 0 for an end
 *          8  int64     number of the record in the log: 1, 2, 3 ...
 *         16  int64     sequence number of the write that it is, or of the last one before it was written; in a log of
 *                       names how many there are up to here
 *         24  int64     bytes of the log that were forced to the disk before this record was written
 *         32  int32     CRC32C of bytes [0, 32) of the record and of what follows its header
 *         36  int32     zero
 *         40  n int64   ids
 *             n d float32  vectors, of a put only
 *         40  n bytes   names in UTF-8, each with a zero behind it
 * </pre>
 *
 * <p>A record applies whole, in order; of an id that stands twice in a put the last vector counts. The first records may carry
 * over what had been written while the generation was made; from then on each is one write. An end says that the index was
 * closed: nothing before it is missing. Names are distinct and not empty; the first of the log has id 0, the next one id 1.
 *
 * <p>A bad record is the trace of a write that was cut short, and so is everything after it, unless a later record that is
 * good says that this place had been forced. Then the file is damaged.
 */
final class LogFormat {

    static final byte[] MAGIC = "DOVETLOG".getBytes(StandardCharsets.US_ASCII);
    static final int VERSION = 1;
    static final int FILE_HEADER = 64;
    static final int RECORD_HEADER = 40;
    static final int PUT = 1;
    static final int REMOVE = 2;
    static final int END = 3;
    static final int NAMES = 4;

    /** What a log of names has for the dimension, and for the generation: it outlives them all. */
    static final int OF_NAMES = 0;

    static final int COUNT_AT = 4;
    static final int NUMBER_AT = 8;
    static final int SEQUENCE_AT = 16;
    static final int FORCED_AT = 24;
    static final int CHECKSUM_AT = 32;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LogFormat() {}

    /** Bytes of a record, or -1 if there is no such in a log of that dimension. */
    static long recordBytes(int kind, int count, int dimension) {
        if (kind == END) {
            return count == 0 ? RECORD_HEADER : -1;
        }
        if (count < 1 || (kind == NAMES) != (dimension == OF_NAMES)) {
            return -1;
        }
        return switch (kind) {
            case PUT -> RECORD_HEADER + count * (Long.BYTES + (long) Float.BYTES * dimension);
            case REMOVE -> RECORD_HEADER + (long) count * Long.BYTES;
            case NAMES -> RECORD_HEADER + (long) count;
            default -> -1;
        };
    }

    /** The checksum of a record of fewer than 2^31 bytes. */
    static int checksum(MemorySegment record, long at, long bytes) {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = record.asSlice(at, bytes).asByteBuffer();
        crc.update(buffer.limit(CHECKSUM_AT));
        crc.update(buffer.limit((int) bytes).position(RECORD_HEADER));
        return (int) crc.getValue();
    }

    /** The checksum of the file's header. */
    static int headerChecksum(MemorySegment header) {
        CRC32C crc = new CRC32C();
        crc.update(header.asSlice(0, FILE_HEADER - Integer.BYTES).asByteBuffer());
        return (int) crc.getValue();
    }
}

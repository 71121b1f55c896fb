package io.dovetail.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A matrix (rows, cols) whose elements take less than a float: element (i, j) is at byte {@code (i cols + j) elements.bytes()}.
 * A view: it owns no memory.
 *
 * @param elements what an element is
 * @param data holds the elements; native memory
 * @param rows number of rows, at least 0
 * @param cols number of columns, at least 1
 */
public record CompactRows(Elements elements, MemorySegment data, int rows, int cols) {

    /** What an element is. */
    public enum Elements {
        /** IEEE 754 binary16, little-endian: 11 significant bits, magnitudes up to 65,504. Infinity and NaN are not allowed. */
        FLOAT16(Short.BYTES),
        /** An integer of two's complement in [-128, 127]. */
        INT8(Byte.BYTES);

        private final int bytes;

        Elements(int bytes) {
            this.bytes = bytes;
        }

        /** {@return bytes of an element} */
        public int bytes() {
            return bytes;
        }
    }

    static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Checks that the rows lie within native memory. */
    public CompactRows {
        if (rows < 0 || cols < 1 || data.byteSize() / elements.bytes / cols < rows || !data.isNative()) {
            throw new IllegalArgumentException("compact rows: " + rows + "x" + cols + " of " + elements + " in "
                    + data.byteSize() + " bytes, which must be native memory");
        }
    }

    /**
     * Where a row begins.
     *
     * @param row in [0, rows)
     * @return offset in bytes
     */
    public long offset(int row) {
        return (long) row * cols * elements.bytes;
    }

    /**
     * An element as a float: exact, since a float holds every value of either kind.
     *
     * @param row in [0, rows)
     * @param col in [0, cols)
     * @return its value
     */
    public float get(int row, int col) {
        return elementAt(offset(row) + (long) col * elements.bytes);
    }

    float elementAt(long offset) {
        return switch (elements) {
            case FLOAT16 -> Float.float16ToFloat(data.get(HALF, offset));
            case INT8 -> data.get(ValueLayout.JAVA_BYTE, offset);
        };
    }

    /**
     * Sets an element to the nearest value that there is, ties to even; what is beyond the greatest becomes the greatest.
     *
     * @param row in [0, rows)
     * @param col in [0, cols)
     * @param value a number
     */
    public void set(int row, int col, float value) {
        long offset = offset(row) + (long) col * elements.bytes;
        switch (elements) {
            case FLOAT16 -> data.set(HALF, offset, Float.floatToFloat16(Math.clamp(value, -65504f, 65504f)));
            case INT8 ->
                data.set(ValueLayout.JAVA_BYTE, offset, (byte)
                        Math.clamp((long) Math.rint(value), Byte.MIN_VALUE, Byte.MAX_VALUE));
        }
    }
}

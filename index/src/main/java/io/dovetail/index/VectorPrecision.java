package io.dovetail.index;

import io.dovetail.kernels.CompactRows.Elements;
import java.util.Locale;
import java.util.Optional;

/** How an index keeps the vectors that candidates are scored with, and so how exact scores are and how long its file is. */
public enum VectorPrecision {
    /** Numbers as they came: scores are exact. */
    FLOAT32(Float.BYTES, 1, Optional.empty()),
    /**
     * IEEE 754 binary16: an error of at most 1/2,048 of each number, which changes the order of neighbours that are almost equal.
     * No number may exceed 65,504.
     */
    FLOAT16(Elements.FLOAT16.bytes(), 2, Optional.of(Elements.FLOAT16)),
    /**
     * 255 steps between the least and the greatest number of each dimension. Vectors that are added later and lie beyond are
     * drawn in.
     */
    INT8(Elements.INT8.bytes(), 2, Optional.of(Elements.INT8));

    /** The greatest number that {@link #FLOAT16} has. */
    static final float GREATEST_HALF = 65_504;

    /** Numbers of which a row of float32 has a multiple. */
    private static final int ROW = 64 / Float.BYTES;

    private final int bytes;
    private final int fileVersion;
    private final Optional<Elements> elements;

    VectorPrecision(int bytes, int fileVersion, Optional<Elements> elements) {
        this.bytes = bytes;
        this.fileVersion = fileVersion;
        this.elements = elements;
    }

    /**
     * Bytes of a vector in a file. Rows of float32 begin at multiples of 64 bytes, the others follow each other.
     *
     * @param dimension of the vector, at least 1
     * @return bytes
     */
    public int bytesPerVector(int dimension) {
        int numbers = this == FLOAT32 ? (dimension + ROW - 1) / ROW * ROW : dimension;
        return numbers * bytes;
    }

    /** {@return the name for people and command lines, such as float16} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The version of the file's format that knows this precision. */
    int fileVersion() {
        return fileVersion;
    }

    /** The section of the file that holds the vectors. */
    String section() {
        return this == FLOAT32 ? "vectors" : "vectors-" + this;
    }

    /** What a number is if it is no float. */
    Optional<Elements> elements() {
        return elements;
    }
}

package io.dovetail.data;

/** The part of a data set that an event belongs to. */
public enum Part {
    /** Fitted on, always. */
    TRAIN(0),
    /** Held out to choose hyper-parameters and when to stop. */
    VALID(1),
    /** Held out for the final figures. */
    TEST(2);

    /** The number of different codes. */
    static final int CODES = 3;

    private final byte code;

    Part(int code) {
        this.code = (byte) code;
    }

    /** What stands for the part in files and in memory: below {@link #CODES}. */
    byte code() {
        return code;
    }

    /** The part of a code in {@code [0, CODES)}. */
    static Part of(int code) {
        return switch (code) {
            case 0 -> TRAIN;
            case 1 -> VALID;
            case 2 -> TEST;
            default -> throw new IllegalArgumentException("part: " + code + " is not in [0, " + CODES + ")");
        };
    }
}

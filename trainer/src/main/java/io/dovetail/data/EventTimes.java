package io.dovetail.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The times of events off the heap: in four bytes each where their range allows it, else in eight. */
final class EventTimes {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final MemorySegment values;
    private final long least;
    private final boolean wide;

    private EventTimes(MemorySegment values, long least, boolean wide) {
        this.values = values;
        this.least = least;
        this.wide = wide;
    }

    /** Room for {@code size} times in {@code [least, most]}. */
    static EventTimes allocate(int size, long least, long most) {
        boolean wide = most - least < 0 || most - least > 0xFFFF_FFFFL; // below 0: the difference overflows
        ValueLayout layout = wide ? LONG : INT;
        return new EventTimes(Arena.ofAuto().allocate(layout, size), least, wide);
    }

    long get(int event) {
        return wide ? values.getAtIndex(LONG, event) : least + Integer.toUnsignedLong(values.getAtIndex(INT, event));
    }

    void set(int event, long time) {
        if (wide) {
            values.setAtIndex(LONG, event, time);
        } else {
            values.setAtIndex(INT, event, (int) (time - least));
        }
    }
}

package io.dovetail.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The events of every user in time order, in compressed row form: user {@code u} has the events
 * {@code [start(u), start(u + 1))}. A user may have none, and may meet the same item more than once.
 *
 * <p>Nine bytes an event (13 if times span more than 2^32), off the heap, and freed with the object. Immutable and safe to
 * share among threads.
 */
public final class Interactions {
    private static final int FEWEST_EVENTS_TO_SPLIT = 3;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final int users;
    private final int items;
    private final int[] start;
    private final MemorySegment item;
    private final EventTimes time;
    private final MemorySegment part;

    private Interactions(int users, int items, Extent extent) {
        this.users = users;
        this.items = items;
        this.start = extent.start;
        int size = start[users];
        this.item = Arena.ofAuto().allocate(INT, size);
        this.time = EventTimes.allocate(size, extent.least, extent.most);
        this.part = Arena.ofAuto().allocate(BYTE, size);
    }

    /**
     * Events split by leave-last-out: of a user with three or more events the last is {@link Part#TEST}, the one before
     * it {@link Part#VALID}; all others are {@link Part#TRAIN}.
     *
     * @param users number of users
     * @param items number of items
     * @param user the user of each event, in {@code [0, users)}; in any order
     * @param item the item of each event, in {@code [0, items)}
     * @param time the time of each event; events of a user at the same time keep their order
     * @return the events by user
     * @throws IllegalArgumentException if lengths differ or a row is out of range
     */
    public static Interactions leaveLastOut(int users, int items, int[] user, int[] item, long[] time) {
        Part[] train = new Part[user.length];
        Arrays.fill(train, Part.TRAIN);
        Interactions events = of(users, items, user, item, time, train);
        events.leaveLastOut();
        return events;
    }

    /**
     * Events with a given split.
     *
     * @param users number of users
     * @param items number of items
     * @param user the user of each event, in {@code [0, users)}; in any order
     * @param item the item of each event, in {@code [0, items)}
     * @param time the time of each event; events of a user at the same time keep their order
     * @param part the part of each event
     * @return the events by user
     * @throws IllegalArgumentException if lengths differ or a row is out of range
     */
    public static Interactions of(int users, int items, int[] user, int[] item, long[] time, Part[] part) {
        int size = user.length;
        if (item.length != size || time.length != size || part.length != size) {
            throw new IllegalArgumentException("interactions: " + size + " users, " + item.length + " items, "
                    + time.length + " times and " + part.length + " parts; one of each for every event is needed");
        }
        return of(users, items, listener -> {
            for (int e = 0; e < size; e++) {
                listener.event(user[e], item[e], time[e], part[e]);
            }
        });
    }

    /** Events in any order, with their parts. */
    static Interactions of(int users, int items, EventStream stream) {
        Extent extent = new Extent(users, items);
        stream.forEach(extent);
        extent.close();
        Interactions events = new Interactions(users, items, extent);
        int[] next = Arrays.copyOf(extent.start, users);
        stream.forEach((user, item, time, part) -> events.set(next[user]++, item, time, part));
        events.sortByTime();
        return events;
    }

    /** Events in any order, whose parts do not matter, split by leave-last-out. */
    static Interactions leaveLastOut(int users, int items, EventStream stream) {
        Interactions events = of(users, items, stream);
        events.leaveLastOut();
        return events;
    }

    /** How many events each user has, and the range of their times. */
    private static final class Extent implements EventStream.Listener {
        private final int users;
        private final int items;
        private final int[] start;
        private long least = Long.MAX_VALUE;
        private long most = Long.MIN_VALUE;

        Extent(int users, int items) {
            this.users = users;
            this.items = items;
            start = new int[users + 1];
        }

        @Override
        public void event(int user, int item, long time, Part part) {
            requireRow("item", item, items);
            requireRow("user", user, users);
            start[user + 1]++;
            least = Math.min(least, time);
            most = Math.max(most, time);
        }

        void close() {
            for (int u = 0; u < users; u++) {
                start[u + 1] = Math.addExact(start[u], start[u + 1]);
            }
        }
    }

    private static void requireRow(String what, int row, int size) {
        if (row < 0 || row >= size) {
            throw new IllegalArgumentException("interactions: " + what + " " + row + " is not in [0, " + size + ")");
        }
    }

    private void set(int event, int item, long time, Part part) {
        this.item.setAtIndex(INT, event, item);
        this.time.set(event, time);
        this.part.set(BYTE, event, part.code());
    }

    private void leaveLastOut() {
        part.fill(Part.TRAIN.code());
        for (int u = 0; u < users; u++) {
            int end = start[u + 1];
            if (end - start[u] >= FEWEST_EVENTS_TO_SPLIT) {
                part.set(BYTE, end - 1L, Part.TEST.code());
                part.set(BYTE, end - 2L, Part.VALID.code());
            }
        }
    }

    /** Sorts the events of each user by time; stable. Most files are sorted: a user in order costs one look. */
    private void sortByTime() {
        for (int u = 0; u < users; u++) {
            for (int e = start[u] + 1; e < start[u + 1]; e++) {
                if (time.get(e - 1) > time.get(e)) {
                    sortByTime(start[u], start[u + 1]);
                    break;
                }
            }
        }
    }

    private void sortByTime(int from, int to) {
        record Event(int item, long time, Part part) {}
        Event[] events = new Event[to - from];
        Arrays.setAll(events, i -> new Event(item(from + i), time(from + i), part(from + i)));
        Arrays.sort(events, Comparator.comparingLong(Event::time));
        for (int i = 0; i < events.length; i++) {
            set(from + i, events[i].item, events[i].time, events[i].part);
        }
    }

    /** {@return the number of users} */
    public int users() {
        return users;
    }

    /** {@return the number of items} */
    public int items() {
        return items;
    }

    /** {@return the number of events} */
    public int size() {
        return start[users];
    }

    /**
     * Where the events of a user begin.
     *
     * @param user in {@code [0, users()]}; the last gives {@link #size()}
     * @return the first event
     */
    public int start(int user) {
        return start[user];
    }

    /**
     * The item of an event.
     *
     * @param event in {@code [0, size())}
     * @return its item's row
     */
    public int item(int event) {
        return item.getAtIndex(INT, event);
    }

    /**
     * The part of an event.
     *
     * @param event in {@code [0, size())}
     * @return its part
     */
    public Part part(int event) {
        return Part.of(part.get(BYTE, event));
    }

    /**
     * The time of an event.
     *
     * @param event in {@code [0, size())}
     * @return Unix seconds, or where the source kept no times a position that only orders the user's events
     */
    public long time(int event) {
        return time.get(event);
    }

    /**
     * The number of events of a part.
     *
     * @param of the part
     * @return how many events belong to it
     */
    public int count(Part of) {
        int count = 0;
        for (int e = 0; e < size(); e++) {
            count += part(e) == of ? 1 : 0;
        }
        return count;
    }

    /** The items of all events, as little-endian int32. */
    MemorySegment itemData() {
        return item.asReadOnly();
    }

    /** The parts of all events, as the code in a byte. */
    MemorySegment partData() {
        return part.asReadOnly();
    }
}

package io.dovetail.data;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The events of every user in time order, in compressed row form: user {@code u} has the events
 * {@code [start(u), start(u + 1))}. A user may have none, and may meet the same item more than once.
 *
 * <p>Immutable and safe to share among threads.
 */
public final class Interactions {
    private static final int FEWEST_EVENTS_TO_SPLIT = 3;

    private final int users;
    private final int items;
    private final int[] start;
    private final int[] item;
    private final long[] time;
    private final Part[] part;

    private Interactions(int users, int items, int[] start, int[] item, long[] time, Part[] part) {
        this.users = users;
        this.items = items;
        this.start = start;
        this.item = item;
        this.time = time;
        this.part = part;
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
        for (int u = 0; u < users; u++) {
            int end = events.start[u + 1];
            if (end - events.start[u] >= FEWEST_EVENTS_TO_SPLIT) {
                events.part[end - 1] = Part.TEST;
                events.part[end - 2] = Part.VALID;
            }
        }
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
        int[] start = new int[users + 1];
        for (int e = 0; e < size; e++) {
            requireRow("item", item[e], items);
            requireRow("user", user[e], users);
            start[user[e] + 1]++;
        }
        for (int u = 0; u < users; u++) {
            start[u + 1] += start[u];
        }
        int[] order = inTimeOrder(start, user, time);
        int[] sortedItem = new int[size];
        long[] sortedTime = new long[size];
        Part[] sortedPart = new Part[size];
        for (int e = 0; e < size; e++) {
            sortedItem[e] = item[order[e]];
            sortedTime[e] = time[order[e]];
            sortedPart[e] = part[order[e]];
        }
        return new Interactions(users, items, start, sortedItem, sortedTime, sortedPart);
    }

    private static void requireRow(String what, int row, int size) {
        if (row < 0 || row >= size) {
            throw new IllegalArgumentException("interactions: " + what + " " + row + " is not in [0, " + size + ")");
        }
    }

    /** The events grouped by user and sorted by time; stable. Most files are sorted: a user in order costs one look. */
    private static int[] inTimeOrder(int[] start, int[] user, long[] time) {
        int[] next = Arrays.copyOf(start, start.length - 1);
        int[] order = new int[user.length];
        for (int e = 0; e < user.length; e++) {
            order[next[user[e]]++] = e;
        }
        for (int u = 0; u + 1 < start.length; u++) {
            for (int e = start[u] + 1; e < start[u + 1]; e++) {
                if (time[order[e - 1]] > time[order[e]]) {
                    sortByTime(order, start[u], start[u + 1], time);
                    break;
                }
            }
        }
        return order;
    }

    private static void sortByTime(int[] order, int from, int to, long[] time) {
        Integer[] events = new Integer[to - from];
        Arrays.setAll(events, i -> order[from + i]);
        Arrays.sort(events, Comparator.comparingLong(e -> time[e]));
        for (int i = 0; i < events.length; i++) {
            order[from + i] = events[i];
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
        return item.length;
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
        return item[event];
    }

    /**
     * The part of an event.
     *
     * @param event in {@code [0, size())}
     * @return its part
     */
    public Part part(int event) {
        return part[event];
    }

    /**
     * The time of an event.
     *
     * @param event in {@code [0, size())}
     * @return Unix seconds, or where the source kept no times a position that only orders the user's events
     */
    public long time(int event) {
        return time[event];
    }

    /**
     * The number of events of a part.
     *
     * @param of the part
     * @return how many events belong to it
     */
    public int count(Part of) {
        int count = 0;
        for (Part p : part) {
            count += p == of ? 1 : 0;
        }
        return count;
    }
}

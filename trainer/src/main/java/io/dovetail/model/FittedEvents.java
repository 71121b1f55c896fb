package io.dovetail.model;

import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Predicate;

/**
 * The events that a model may learn from, user by user in time order: those of a data set less what is held out.
 *
 * <p>Four bytes an event, off the heap, and freed with the object. Immutable. Events are numbered from 0; the events of
 * user u are {@code [start(u), start(u + 1))}.
 */
public final class FittedEvents {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final int[] start;
    private final MemorySegment items;

    private FittedEvents(int[] start, MemorySegment items) {
        this.start = start;
        this.items = items;
    }

    /**
     * All events but those that are held out.
     *
     * @param interactions all events
     * @param holdout what is held out
     * @return the rest
     */
    public static FittedEvents of(Interactions interactions, Holdout holdout) {
        return select(interactions, holdout::fits);
    }

    /**
     * All events: what is known of users when they are served.
     *
     * @param interactions all events
     * @return the same
     */
    public static FittedEvents all(Interactions interactions) {
        return select(interactions, part -> true);
    }

    private static FittedEvents select(Interactions interactions, Predicate<Part> chosen) {
        int[] start = new int[interactions.users() + 1];
        for (int user = 0; user < interactions.users(); user++) {
            int count = 0;
            for (int e = interactions.start(user); e < interactions.start(user + 1); e++) {
                count += chosen.test(interactions.part(e)) ? 1 : 0;
            }
            start[user + 1] = start[user] + count;
        }
        MemorySegment items = Arena.ofAuto().allocate(INT, start[interactions.users()]);
        int size = 0;
        for (int e = 0; e < interactions.size(); e++) {
            if (chosen.test(interactions.part(e))) {
                items.setAtIndex(INT, size++, interactions.item(e));
            }
        }
        return new FittedEvents(start, items);
    }

    /** {@return the number of events} */
    public int size() {
        return start[users()];
    }

    /** {@return the number of users} */
    public int users() {
        return start.length - 1;
    }

    /**
     * Where a user's events begin.
     *
     * @param user in {@code [0, users]}
     * @return number of the first event
     */
    public int start(int user) {
        return start[user];
    }

    /**
     * The item of an event.
     *
     * @param event in {@code [0, size)}
     * @return row of the item
     */
    public int item(int event) {
        return items.getAtIndex(INT, event);
    }

    /**
     * The user of an event, by binary search.
     *
     * @param event in {@code [0, size)}
     * @return row of the user
     */
    public int user(int event) {
        int low = 0;
        int high = users();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (start[middle] <= event) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * How often each item occurs.
     *
     * @param items number of items of the catalogue
     * @return a new array of counts
     */
    public int[] itemCounts(int items) {
        int[] counts = new int[items];
        for (int e = 0; e < size(); e++) {
            counts[item(e)]++;
        }
        return counts;
    }
}

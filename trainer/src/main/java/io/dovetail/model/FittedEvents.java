package io.dovetail.model;

import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;
import io.dovetail.data.Part;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The events that a model may learn from, user by user in time order: those of a data set less what is held out.
 *
 * <p>Immutable. Events are numbered from 0; the events of user u are {@code [start(u), start(u + 1))}.
 */
public final class FittedEvents {
    private final int[] start;
    private final int[] items;

    private FittedEvents(int[] start, int[] items) {
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
        int[] items = new int[interactions.size()];
        int size = 0;
        for (int user = 0; user < interactions.users(); user++) {
            for (int e = interactions.start(user); e < interactions.start(user + 1); e++) {
                if (chosen.test(interactions.part(e))) {
                    items[size++] = interactions.item(e);
                }
            }
            start[user + 1] = size;
        }
        return new FittedEvents(start, Arrays.copyOf(items, size));
    }

    /** {@return the number of events} */
    public int size() {
        return items.length;
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
        return items[event];
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
        for (int item : this.items) {
            counts[item]++;
        }
        return counts;
    }
}

package io.dovetail.data;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The k-core of the events: what is left when users and items of fewer than {@code k} events are dropped, with their
 * events, until there are none.
 */
final class KCore {
    private final int events;
    private final IntUnaryOperator user;
    private final IntUnaryOperator item;
    private final boolean[] userStays;
    private final boolean[] itemStays;
    private final int[] newUser;
    private final int[] newItem;

    /**
     * Finds the core.
     *
     * @param users number of users
     * @param items number of items
     * @param events number of events
     * @param user the row of an event's user
     * @param item the row of an event's item
     * @param k fewest events; 0 keeps all
     */
    KCore(int users, int items, int events, IntUnaryOperator user, IntUnaryOperator item, int k) {
        this.events = events;
        this.user = user;
        this.item = item;
        userStays = new boolean[users];
        itemStays = new boolean[items];
        Arrays.fill(userStays, true);
        Arrays.fill(itemStays, true);
        int dropped = k;
        while (dropped > 0) {
            dropped = dropRare(user, userStays, k) + dropRare(item, itemStays, k);
        }
        newUser = newRows(userStays);
        newItem = newRows(itemStays);
    }

    private int dropRare(IntUnaryOperator entity, boolean[] stays, int k) {
        int[] count = new int[stays.length];
        for (int e = 0; e < events; e++) {
            if (userStays[user.applyAsInt(e)] && itemStays[item.applyAsInt(e)]) {
                count[entity.applyAsInt(e)]++;
            }
        }
        int dropped = 0;
        for (int n = 0; n < stays.length; n++) {
            if (stays[n] && count[n] < k) {
                stays[n] = false;
                dropped++;
            }
        }
        return dropped;
    }

    private static int[] newRows(boolean[] stays) {
        int[] rows = new int[stays.length];
        int next = 0;
        for (int n = 0; n < stays.length; n++) {
            rows[n] = stays[n] ? next++ : Vocabulary.MISSING;
        }
        return rows;
    }

    private static int[] kept(boolean[] stays) {
        return IntStream.range(0, stays.length).filter(n -> stays[n]).toArray();
    }

    /** The old rows of the users that stay, in order. */
    int[] users() {
        return kept(userStays);
    }

    /** The old rows of the items that stay, in order. */
    int[] items() {
        return kept(itemStays);
    }

    /** The new row of a user, or {@link Vocabulary#MISSING} if it is dropped. */
    int newUser(int oldRow) {
        return newUser[oldRow];
    }

    /** The new row of an item, or {@link Vocabulary#MISSING} if it is dropped. */
    int newItem(int oldRow) {
        return newItem[oldRow];
    }
}

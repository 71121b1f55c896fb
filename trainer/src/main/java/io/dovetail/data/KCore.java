package io.dovetail.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The k-core of the events: what is left when users and items of fewer than {@code k} events are dropped, with their
 * events, until there are none.
 */
final class KCore {
    private final int[] user;
    private final int[] item;
    private final boolean[] userStays;
    private final boolean[] itemStays;
    private final int[] newUser;
    private final int[] newItem;

    KCore(int users, int items, int[] user, int[] item, int k) {
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

    private int dropRare(int[] entity, boolean[] stays, int k) {
        int[] count = new int[stays.length];
        for (int e = 0; e < user.length; e++) {
            if (userStays[user[e]] && itemStays[item[e]]) {
                count[entity[e]]++;
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

    /** The events that stay, in order. */
    int[] events() {
        return IntStream.range(0, user.length)
                .filter(e -> userStays[user[e]] && itemStays[item[e]])
                .toArray();
    }

    /** The new row of a user that stays. */
    int newUser(int oldRow) {
        return newUser[oldRow];
    }

    /** The new row of an item that stays. */
    int newItem(int oldRow) {
        return newItem[oldRow];
    }
}

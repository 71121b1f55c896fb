package io.dovetail.eval;

import io.dovetail.data.Holdout;
import io.dovetail.data.Interactions;

/** How often items occur among the fitted events. Immutable. */
final class Popularity {
    private final int[] events;
    private final int[] place;

    /** For each number of events, how many items have that many or more. */
    private final int[] atLeast;

    private Popularity(int[] events, int most) {
        this.events = events;
        atLeast = new int[most + 2];
        for (int count : events) {
            atLeast[count]++;
        }
        for (int count = most; count >= 0; count--) {
            atLeast[count] += atLeast[count + 1];
        }
        int[] next = new int[most + 1];
        System.arraycopy(atLeast, 1, next, 0, most + 1);
        place = new int[events.length];
        for (int item = 0; item < events.length; item++) {
            place[item] = next[events[item]]++;
        }
    }

    static Popularity of(Interactions interactions, Holdout holdout) {
        int[] events = new int[interactions.items()];
        int most = 0;
        for (int e = 0; e < interactions.size(); e++) {
            if (holdout.fits(interactions.part(e))) {
                most = Math.max(most, ++events[interactions.item(e)]);
            }
        }
        return new Popularity(events, most);
    }

    /** {@return the number of an item's fitted events} */
    int events(int item) {
        return events[item];
    }

    /** {@return the place of an item by its number of events, from 0; the first row first among equals} */
    int place(int item) {
        return place[item];
    }

    /** {@return the number of items with so many events or more; {@code count} is that of some item} */
    int itemsWithAtLeast(int count) {
        return atLeast[count];
    }
}

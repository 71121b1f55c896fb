package io.dovetail.index;

import java.util.Arrays;

/** A set of ids, reusable: a hash table with linear probing, at most half full. Not thread-safe while it changes. */
final class IdSet {

    private static final long FREE = Long.MIN_VALUE;

    private long[] slots = new long[32];
    private int size;
    private boolean holdsFree;

    IdSet() {
        Arrays.fill(slots, FREE);
    }

    /** A set of these ids. */
    static IdSet of(long... ids) {
        IdSet set = new IdSet();
        for (long id : ids) {
            set.add(id);
        }
        return set;
    }

    /** Adds an id, any number. */
    void add(long id) {
        if (id == FREE) {
            holdsFree = true;
            return;
        }
        if (2 * size >= slots.length) {
            grow();
        }
        int slot = slotOf(id);
        if (slots[slot] == FREE) {
            slots[slot] = id;
            size++;
        }
    }

    /** Forgets all ids and keeps the memory. */
    void clear() {
        Arrays.fill(slots, FREE);
        size = 0;
        holdsFree = false;
    }

    boolean contains(long id) {
        return id == FREE ? holdsFree : slots[slotOf(id)] != FREE;
    }

    private int slotOf(long id) {
        int mask = slots.length - 1;
        int slot = (int) ((id * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (slots[slot] != FREE && slots[slot] != id) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        Arrays.fill(slots, FREE);
        for (long id : old) {
            if (id != FREE) {
                slots[slotOf(id)] = id;
            }
        }
    }
}

package io.dovetail.index;

import java.util.Arrays;

/**
 * A set of ids that a search must not find, such as what a user has seen. Reusable: {@link #clear} keeps the memory.
 *
 * <p>A hash table with linear probing, at most half full. Not thread-safe while it changes.
 */
public final class ExcludedIds implements IdFilter {

    private static final long FREE = Long.MIN_VALUE;

    private long[] slots = new long[32];
    private int size;
    private boolean holdsFree;

    /** An empty set. */
    public ExcludedIds() {
        Arrays.fill(slots, FREE);
    }

    /**
     * A set of these ids.
     *
     * @param ids the ids
     * @return the set
     */
    public static ExcludedIds of(long... ids) {
        ExcludedIds set = new ExcludedIds();
        for (long id : ids) {
            set.add(id);
        }
        return set;
    }

    /**
     * Adds an id.
     *
     * @param id any number
     */
    public void add(long id) {
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

    /** Forgets all ids. */
    public void clear() {
        Arrays.fill(slots, FREE);
        size = 0;
        holdsFree = false;
    }

    @Override
    public boolean accepts(long id) {
        return id == FREE ? !holdsFree : slots[slotOf(id)] == FREE;
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

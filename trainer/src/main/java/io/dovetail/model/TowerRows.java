package io.dovetail.model;

import java.util.Arrays;

/**
 * The entities of a batch, one per row of a tower's input; in a tower of several interests an entity's row becomes as many
 * as it has. Reused batch after batch; not thread-safe.
 */
public final class TowerRows {

    /** Stands for no entity: the id is not known, or has been dropped out. */
    public static final int UNKNOWN = -1;

    /** Stands for no event to predict: the whole history may be seen. */
    public static final int NOTHING = -1;

    private int[] entities = new int[256];
    private int[] identities = new int[256];
    private int[] targets = new int[256];
    private int[] interests = new int[256];
    private int[] starts = new int[257];
    private int size;
    private int count;

    /** An empty batch. */
    public TowerRows() {}

    /** Forgets all rows; keeps the memory. */
    public void clear() {
        size = 0;
        count = 0;
    }

    /**
     * Adds a row.
     *
     * @param entity row of the entity in its vocabulary, which selects its features
     * @param identity the same, or {@link #UNKNOWN} to look up neither its id embedding nor its augmented vector
     * @param target event of {@link FittedEvents} that is to be predicted and so left out of the user's history; or
     *     {@link #NOTHING}
     */
    public void add(int entity, int identity, int target) {
        add(entity, identity, target, 1);
    }

    /**
     * Adds a row for each interest of an entity.
     *
     * @param rows number of its interests, at least 1
     */
    void add(int entity, int identity, int target, int rows) {
        if (size + rows > entities.length) {
            int length = Math.max(2 * entities.length, size + rows);
            entities = Arrays.copyOf(entities, length);
            identities = Arrays.copyOf(identities, length);
            targets = Arrays.copyOf(targets, length);
            interests = Arrays.copyOf(interests, length);
            starts = Arrays.copyOf(starts, length + 1);
        }
        for (int interest = 0; interest < rows; interest++) {
            entities[size] = entity;
            identities[size] = identity;
            targets[size] = target;
            interests[size] = interest;
            size++;
        }
        count++;
        starts[count] = size;
    }

    /** {@return the number of entities} */
    int count() {
        return count;
    }

    /**
     * Where the rows of an entity begin.
     *
     * @param number of the entity in the order they were added, in {@code [0, count]}
     * @return its first row; the number of rows for the one after the last
     */
    int start(int number) {
        return starts[number];
    }

    /** {@return the number of rows} */
    public int size() {
        return size;
    }

    int entity(int row) {
        return entities[row];
    }

    int identity(int row) {
        return identities[row];
    }

    int target(int row) {
        return targets[row];
    }

    /** {@return which interest of its entity a row is, from 0} */
    int interest(int row) {
        return interests[row];
    }

    /** {@return the number of rows of the same entity from a row on, itself included} */
    int remaining(int row) {
        int end = row + 1;
        while (end < size && interests[end] > 0) {
            end++;
        }
        return end - row;
    }
}

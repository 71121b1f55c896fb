package io.dovetail.model;

import java.util.Arrays;

/**
 * The entities of a batch, one per row of a tower's input. Reused batch after batch; not thread-safe.
 */
public final class TowerRows {

    /** Stands for no entity: the id is not known, or has been dropped out. */
    public static final int UNKNOWN = -1;

    /** Stands for no event to predict: the whole history may be seen. */
    public static final int NOTHING = -1;

    private int[] entities = new int[256];
    private int[] identities = new int[256];
    private int[] targets = new int[256];
    private int size;

    /** An empty batch. */
    public TowerRows() {}

    /** Forgets all rows; keeps the memory. */
    public void clear() {
        size = 0;
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
        if (size == entities.length) {
            entities = Arrays.copyOf(entities, 2 * size);
            identities = Arrays.copyOf(identities, 2 * size);
            targets = Arrays.copyOf(targets, 2 * size);
        }
        entities[size] = entity;
        identities[size] = identity;
        targets[size] = target;
        size++;
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
}

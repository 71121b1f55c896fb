package io.dovetail.train;

import io.dovetail.model.TowerRows;

/**
 * The entities of one step: a user row per positive, an item row per distinct item. Refilled by {@link Batches}.
 *
 * <p>The item towers run once per distinct item; {@link #slots} says which row stands for which draw: first the positives,
 * then the uniform negatives, then the hard negatives of each positive.
 */
final class Batch {
    final TowerRows users = new TowerRows();
    final TowerRows items = new TowerRows();

    /** User of each positive. */
    final int[] userOfPositive;

    /** Item of each row of {@link #items}; the first {@link #distinct} are valid. */
    final int[] itemOfRow;

    /** Row of {@link #items} of each draw; the first {@link #draws} are valid. */
    final int[] slots;

    int positives;
    int distinct;
    int draws;

    /** Number of hard negatives of each positive. */
    int hard;

    Batch(int positives, int negatives) {
        userOfPositive = new int[positives];
        slots = new int[positives + negatives];
        itemOfRow = new int[positives + negatives];
    }

    /** {@return number of the first draw that is a hard negative} */
    int firstHard() {
        return draws - positives * hard;
    }

    /** {@return the positive that a draw belongs to, where each has {@code perPositive} uniform negatives of its own} */
    int positiveOfDraw(int draw, int perPositive) {
        if (draw < positives) {
            return draw;
        }
        return draw < firstHard() ? (draw - positives) / perPositive : (draw - firstHard()) / hard;
    }
}

package io.dovetail.model;

import io.dovetail.kernels.Matrix;
import java.util.function.IntPredicate;

/** The mean augmented vector of each group over some of its entities, and that of all of them. */
final class GroupMeans {
    private final double[][] sums;
    private final int[] counts;

    /**
     * Takes the means.
     *
     * @param source the block
     * @param table its table
     * @param chosen which entities count
     */
    GroupMeans(Sources.Augmented source, Matrix table, IntPredicate chosen) {
        int all = source.groups();
        sums = new double[all + 1][table.cols()];
        counts = new int[all + 1];
        for (int entity = 0; entity < source.entities(); entity++) {
            if (chosen.test(entity)) {
                int group = source.groupOf().applyAsInt(entity);
                counts[group]++;
                counts[all]++;
                for (int j = 0; j < table.cols(); j++) {
                    float value = table.get(all + entity, j);
                    sums[group][j] += value;
                    sums[all][j] += value;
                }
            }
        }
    }

    /** {@return whether any entity counts} */
    boolean any() {
        return counts[counts.length - 1] > 0;
    }

    boolean any(int group) {
        return counts[group] > 0;
    }

    /** Writes a group's mean into a row; that of all groups if none of its entities counts, and 0 if none at all does. */
    void copy(int group, Matrix table, int row) {
        int from = counts[group] > 0 ? group : counts.length - 1;
        for (int j = 0; j < table.cols(); j++) {
            table.set(row, j, counts[from] == 0 ? 0 : (float) (sums[from][j] / counts[from]));
        }
    }
}

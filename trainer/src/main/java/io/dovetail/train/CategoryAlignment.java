package io.dovetail.train;

import io.dovetail.data.Categories;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Engine;
import io.dovetail.model.Stage;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * The category alignment loss (the paper's Eq. 3): {@code sum over categories |C(major) - C(i)|_F²}, C the covariance of
 * the item outputs of a category in the batch.
 *
 * <p>Covariances are unbiased; all draws of the batch count, negatives included; categories with fewer than two draws are
 * left out; the major category is the one with the most draws (the first of equals).
 */
final class CategoryAlignment {
    private final Categories categories;
    private final int dimension;
    private final float weight;
    private final SparseMatrix categoryOfDraw = new SparseMatrix();
    private final SparseMatrix members = new SparseMatrix();
    private final SparseMatrix groups = new SparseMatrix();
    private final Matrix means;
    private final Matrix covariances;
    private final Matrix dCovariances;
    private final Stage forward;
    private final Stage backward;
    private Matrix items;
    private Matrix dItems;

    /**
     * The loss.
     *
     * @param engine what to compute on
     * @param arena owner of its memory
     * @param weight lambda 3
     * @param categories of the items
     * @param dimension d
     */
    CategoryAlignment(Engine engine, Arena arena, float weight, Categories categories, int dimension) {
        this.categories = categories;
        this.dimension = dimension;
        this.weight = weight;
        means = Matrix.allocate(arena, categories.size(), dimension);
        covariances = Matrix.allocate(arena, categories.size() * dimension, dimension);
        dCovariances = Matrix.allocate(arena, categories.size() * dimension, dimension);
        items = dItems = Matrix.allocate(arena, 0, dimension);
        List<Stage.Part> forwards = new ArrayList<>();
        List<Stage.Part> backwards = new ArrayList<>();
        for (int category = 0; category < categories.size(); category++) {
            int group = category;
            forwards.add(member -> member.kernels()
                    .losses()
                    .groupCovariance(member.workers(), items, groups, group, group + 1, means, covariances));
            backwards.add(member -> member.kernels()
                    .losses()
                    .groupCovarianceBackward(
                            member.workers(), items, groups, group, group + 1, means, dCovariances, dItems));
        }
        forward = new Stage(engine, forwards);
        backward = new Stage(engine, backwards);
    }

    /**
     * Computes the loss and adds its gradient.
     *
     * @param batch the batch
     * @param pV p_v (distinct items, d)
     * @param dPV gradient by p_v, added to
     * @return the loss, not weighted
     */
    double apply(Batch batch, Matrix pV, Matrix dPV) {
        if (weight == 0 || categories.size() < 2) {
            return 0;
        }
        items = pV;
        dItems = dPV;
        group(batch);
        forward.run();
        double loss = distances();
        backward.run();
        return loss;
    }

    private void group(Batch batch) {
        categoryOfDraw.clear();
        for (int draw = 0; draw < batch.draws; draw++) {
            categoryOfDraw.addRow(categories.of(batch.itemOfRow[batch.slots[draw]]), 1);
        }
        members.transposeOf(categoryOfDraw, categories.size());
        groups.clear();
        for (int category = 0; category < categories.size(); category++) {
            for (int e = members.start(category); e < members.start(category + 1); e++) {
                groups.add(batch.slots[members.columns()[e]], 1);
            }
            groups.endRow();
        }
    }

    private int size(int category) {
        return groups.start(category + 1) - groups.start(category);
    }

    private double distances() {
        int major = 0;
        for (int category = 1; category < categories.size(); category++) {
            if (size(category) > size(major)) {
                major = category;
            }
        }
        dCovariances.fill(0);
        double loss = 0;
        if (size(major) < 2) {
            return loss;
        }
        for (int category = 0; category < categories.size(); category++) {
            if (category == major || size(category) < 2) {
                continue;
            }
            for (int i = 0; i < dimension; i++) {
                int majorRow = major * dimension + i;
                int row = category * dimension + i;
                for (int j = 0; j < dimension; j++) {
                    float difference = covariances.get(majorRow, j) - covariances.get(row, j);
                    loss += (double) difference * difference;
                    dCovariances.set(row, j, -2 * weight * difference);
                    dCovariances.set(majorRow, j, dCovariances.get(majorRow, j) + 2 * weight * difference);
                }
            }
        }
        return loss;
    }
}

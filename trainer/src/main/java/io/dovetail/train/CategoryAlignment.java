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
 * <p>Covariances are unbiased; all draws of the batch count, negatives included; the major category is the one with the most
 * draws (the first of equals).
 *
 * <p>A square of an estimate is not an unbiased estimate of the square: about {@code tr(C)² / n} of it is the noise of n draws,
 * and with few draws its gradient mostly shrinks the category. {@link TrainSpec.AlignmentEstimate#HALVES} deals the draws of each
 * category out to two halves with differences {@code D1, D2} of their own and takes {@code <D1, D2>}: the noises of both are
 * independent, so that its mean is the square wanted, but for items that both halves drew. A covariance needs two draws; what
 * has fewer is left out.
 */
final class CategoryAlignment {
    private final Categories categories;
    private final int dimension;
    private final float weight;
    private final int parts;
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
     * @param estimate of the squared differences
     * @param categories of the items
     * @param dimension d
     */
    CategoryAlignment(
            Engine engine,
            Arena arena,
            float weight,
            TrainSpec.AlignmentEstimate estimate,
            Categories categories,
            int dimension) {
        this.categories = categories;
        this.dimension = dimension;
        this.weight = weight;
        parts = estimate == TrainSpec.AlignmentEstimate.HALVES ? 2 : 1;
        int all = categories.size() * parts;
        means = Matrix.allocate(arena, all, dimension);
        covariances = Matrix.allocate(arena, all * dimension, dimension);
        dCovariances = Matrix.allocate(arena, all * dimension, dimension);
        items = dItems = Matrix.allocate(arena, 0, dimension);
        List<Stage.Part> forwards = new ArrayList<>();
        List<Stage.Part> backwards = new ArrayList<>();
        for (int part = 0; part < all; part++) {
            int group = part;
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
            for (int part = 0; part < parts; part++) {
                for (int e = members.start(category) + part; e < members.start(category + 1); e += parts) {
                    groups.add(batch.slots[members.columns()[e]], 1);
                }
                groups.endRow();
            }
        }
    }

    private int size(int category) {
        return members.start(category + 1) - members.start(category);
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
        for (int category = 0; category < categories.size(); category++) {
            if (category != major && size(category) >= 2 * parts) {
                loss += distance(major, category);
            }
        }
        return loss;
    }

    /** {@code <D1, D2>}, where both are the same if there is one part; the gradient of each is the other. */
    private double distance(int major, int category) {
        double loss = 0;
        float slope = 2 * weight / parts;
        for (int i = 0; i < dimension; i++) {
            for (int part = 0; part < parts; part++) {
                int majorRow = row(major, part, i);
                int row = row(category, part, i);
                int otherMajorRow = row(major, parts - 1 - part, i);
                int otherRow = row(category, parts - 1 - part, i);
                for (int j = 0; j < dimension; j++) {
                    float other = covariances.get(otherMajorRow, j) - covariances.get(otherRow, j);
                    float own = covariances.get(majorRow, j) - covariances.get(row, j);
                    loss += (double) own * other / parts;
                    dCovariances.set(row, j, -slope * other);
                    dCovariances.set(majorRow, j, dCovariances.get(majorRow, j) + slope * other);
                }
            }
        }
        return loss;
    }

    private int row(int category, int part, int i) {
        return (category * parts + part) * dimension + i;
    }
}

package io.dovetail.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Losses over some of the pairs or groups of a batch, as the parts of a training step call them. */
final class LossPartsTest {
    private final LossKernels kernels = Kernels.vector().losses();
    private final Arena arena = Arena.ofShared();
    private final Workers team = Workers.of(2);
    private final List<Workers> teams = List.of(team, team.member(0));
    private final Framed framed = new Framed(arena, 3);

    @AfterEach
    void close() {
        framed.assertIntact();
        team.close();
        arena.close();
    }

    @Test
    void parts_of_all_pairs_make_up_the_whole() {
        Matrix x = framed.normal(114, 20);
        int[] left = framed.rows(600, x.rows());
        int[] right = framed.rows(600, x.rows());
        Matrix whole = framed.zeros(1, 600);
        kernels.pairDots(team, x, left, x, right, 0, 600, whole);
        for (Workers workers : teams) {
            Matrix parts = framed.zeros(1, 600);
            kernels.pairDots(workers, x, left, x, right, 513, 600, parts);
            assertEquals(0, parts.get(0, 512));
            kernels.pairDots(workers, x, left, x, right, 0, 513, parts);
            Framed.assertSame(whole, parts);
        }
        String message = assertThrows(
                        IllegalArgumentException.class, () -> kernels.pairDots(team, x, left, x, right, 0, 601, whole))
                .getMessage();
        assertEquals("pairDots: out is 1x600 for pairs [0, 601)", message);
    }

    @Test
    void parts_of_all_groups_make_up_the_whole() {
        SparseMatrix groups = groups(10, 70, 1, 33);
        Matrix x = framed.normal(groups.size(), 20);
        Matrix means = framed.zeros(4, 20);
        Matrix whole = framed.zeros(4 * 20, 20);
        Matrix dCovariances = framed.zeros(4 * 20, 20);
        dCovariances.fill(0.5f);
        Matrix gradient = framed.zeros(x.rows(), 20);
        kernels.groupCovariance(team, x, groups, 0, 4, means, whole);
        kernels.groupCovarianceBackward(team, x, groups, 0, 4, means, dCovariances, gradient);
        for (Workers workers : teams) {
            Matrix parts = framed.zeros(4 * 20, 20);
            Matrix gradientOfParts = framed.zeros(x.rows(), 20);
            kernels.groupCovariance(workers, x, groups, 1, 4, means, parts);
            assertEquals(0, parts.get(19, 19));
            kernels.groupCovariance(workers, x, groups, 0, 1, means, parts);
            kernels.groupCovarianceBackward(workers, x, groups, 0, 3, means, dCovariances, gradientOfParts);
            kernels.groupCovarianceBackward(workers, x, groups, 3, 4, means, dCovariances, gradientOfParts);
            Framed.assertSame(whole, parts);
            Framed.assertSame(gradient, gradientOfParts);
        }
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> kernels.groupCovariance(team, x, groups, 2, 5, means, whole))
                .getMessage();
        assertEquals("groupCovariance: groups [2, 5) of 4", message);
    }

    private static SparseMatrix groups(int... sizes) {
        SparseMatrix groups = new SparseMatrix();
        int row = 0;
        for (int size : sizes) {
            for (int i = 0; i < size; i++) {
                groups.add(row++, 1);
            }
            groups.endRow();
        }
        return groups;
    }
}

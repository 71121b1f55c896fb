package io.dovetail.train;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.kernels.SparseMatrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The solver of {@link WalsSpec}: with one side fixed, each row of the other is a small least-squares problem. The pairs that
 * were not observed enter by the Gram matrix of the fixed side, so that a sweep costs as much as the observed ones.
 *
 * <p>A user who had an item many times has one pair with it. Owns the memory of a sweep. Not thread-safe; uses the engine's
 * workers inside, and gets the same bits from any number of them.
 */
final class WeightedAls {
    private static final int CHUNK = 1 << 16;
    /** Deviation of the first values, times the root of d: scores begin near 0. */
    private static final double DEVIATION = 0.1;

    private final Engine engine;
    private final WalsSpec spec;
    private final Matrix users;
    private final Matrix items;
    private final SparseMatrix byUser;
    private final SparseMatrix byItem = new SparseMatrix();
    private final float[] userRidges;
    private final float[] itemRidges;
    private final Matrix gram;
    private final Matrix otherGram;
    private final Matrix scores;
    private final int[] chunkUsers;
    private final int[] chunkItems;

    /**
     * @param engine what to compute on
     * @param arena owner of the memory of a sweep
     * @param spec the objective
     * @param events the observed pairs
     * @param users (users, d), to be solved for
     * @param items (items, d), to be solved for
     */
    WeightedAls(Engine engine, Arena arena, WalsSpec spec, FittedEvents events, Matrix users, Matrix items) {
        this.engine = engine;
        this.spec = spec;
        this.users = users;
        this.items = items;
        byUser = distinctPairs(events);
        byItem.transposeOf(byUser, items.rows());
        userRidges = ridges(byUser, items.rows());
        itemRidges = ridges(byItem, users.rows());
        int d = users.cols();
        gram = Matrix.allocate(arena, d, d);
        otherGram = Matrix.allocate(arena, d, d);
        int chunk = Math.min(CHUNK, byUser.size());
        scores = Matrix.allocate(arena, 1, chunk);
        chunkUsers = new int[chunk];
        chunkItems = new int[chunk];
    }

    /** Gives the items what the first solution for users begins with: small normal values by a seed. */
    static void drawItems(Matrix items, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double deviation = DEVIATION / Math.sqrt(items.cols());
        for (int row = 0; row < items.rows(); row++) {
            for (int col = 0; col < items.cols(); col++) {
                items.set(row, col, (float) (deviation * random.nextGaussian()));
            }
        }
    }

    private static SparseMatrix distinctPairs(FittedEvents events) {
        SparseMatrix pairs = new SparseMatrix();
        pairs.reserve(events.size());
        for (int user = 0; user < events.users(); user++) {
            int begin = events.start(user);
            int[] own = new int[events.start(user + 1) - begin];
            for (int e = 0; e < own.length; e++) {
                own[e] = events.item(begin + e);
            }
            Arrays.sort(own);
            for (int e = 0; e < own.length; e++) {
                if (e == 0 || own[e] != own[e - 1]) {
                    pairs.add(own[e], 1);
                }
            }
            pairs.endRow();
        }
        return pairs;
    }

    private float[] ridges(SparseMatrix pairs, int others) {
        float[] ridges = new float[pairs.rows()];
        for (int row = 0; row < ridges.length; row++) {
            ridges[row] = spec.ridge(pairs.start(row + 1) - pairs.start(row), others);
        }
        return ridges;
    }

    /** {@return the number of observed pairs} */
    int pairs() {
        return byUser.size();
    }

    /** Solves for all users. */
    void solveUsers() {
        solve(byUser, items, userRidges, users);
    }

    /** Solves for all items. */
    void solveItems() {
        solve(byItem, users, itemRidges, items);
    }

    private void solve(SparseMatrix pairs, Matrix fixed, float[] ridges, Matrix solved) {
        gram(spec.unobserved(), fixed, gram);
        engine.kernels().leastSquares().solve(engine.workers(), pairs, fixed, gram, ridges, solved);
    }

    private void gram(float factor, Matrix x, Matrix out) {
        engine.kernels().matrices().gemm(engine.workers(), Form.TN, factor, x, x, 0, out, Epilogue.none());
    }

    /** {@return the objective as it stands: each half of a sweep lowers it} */
    double objective() {
        return observedError()
                + spec.unobserved() * squaredScores()
                + penalty(users, userRidges)
                + penalty(items, itemRidges);
    }

    private double observedError() {
        double error = 0;
        int filled = 0;
        for (int user = 0; user < users.rows(); user++) {
            for (int e = byUser.start(user); e < byUser.start(user + 1); e++) {
                chunkUsers[filled] = user;
                chunkItems[filled] = byUser.columns()[e];
                if (++filled == chunkUsers.length) {
                    error += chunkError(filled);
                    filled = 0;
                }
            }
        }
        return error + chunkError(filled);
    }

    private double chunkError(int count) {
        engine.kernels().losses().pairDots(engine.workers(), users, chunkUsers, items, chunkItems, 0, count, scores);
        double error = 0;
        for (int t = 0; t < count; t++) {
            double difference = 1.0 - scores.get(0, t);
            error += difference * difference;
        }
        return error;
    }

    /** The sum over all pairs of their squared scores: the inner product of both Gram matrices. */
    private double squaredScores() {
        gram(1, users, gram);
        gram(1, items, otherGram);
        double sum = 0;
        for (int i = 0; i < gram.rows(); i++) {
            for (int j = 0; j < gram.cols(); j++) {
                sum += (double) gram.get(i, j) * otherGram.get(i, j);
            }
        }
        return sum;
    }

    private static double penalty(Matrix x, float[] ridges) {
        double penalty = 0;
        for (int row = 0; row < x.rows(); row++) {
            double squares = 0;
            for (int j = 0; j < x.cols(); j++) {
                squares += (double) x.get(row, j) * x.get(row, j);
            }
            penalty += ridges[row] * squares;
        }
        return penalty;
    }
}

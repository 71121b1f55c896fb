package io.dovetail.eval;

import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.MatrixKernels.Form;
import io.dovetail.model.Engine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Ranks of targets by blocks of users and of items: a matrix product and a count per block, so that memory does not grow
 * with the data and scores are counted while they are in the cache.
 *
 * <p>The score that others are compared with is the same sum of products as that in the blocks, bit for bit: how a product
 * is cut has no influence on an element. Not thread-safe; uses the engine's workers inside.
 */
final class TargetRanks {
    private static final int BLOCK_USERS = 256;
    private static final int BLOCK_ITEMS = 2048;
    private static final int BLOCKS_A_WORKER = 4;

    /** Whom to rank, and among which items. */
    interface Task {
        /** {@return the row of a user's target} */
        int target(int user);

        /** {@return the items that do not count for a user, without the target: ascending, distinct} */
        int[] leftOut(int user);
    }

    private final Engine engine;
    private final int capacity;
    private final Matrix vectors;
    private final Worker[] workers;

    /**
     * Memory for any number of users and items.
     *
     * @param engine what to compute on
     * @param arena owner of the memory
     * @param dimension length d of the items' vectors
     * @param width of a user's vectors side by side
     */
    TargetRanks(Engine engine, Arena arena, int dimension, int width) {
        this.engine = engine;
        workers = new Worker[engine.workers().threads()];
        for (int i = 0; i < workers.length; i++) {
            Engine member = new Engine(engine.kernels(), engine.workers().member(i));
            workers[i] = new Worker(member, arena, dimension, width > dimension ? BLOCK_USERS : 0);
        }
        capacity = BLOCK_USERS * BLOCKS_A_WORKER * workers.length;
        vectors = Matrix.allocate(arena, capacity, width);
    }

    /**
     * Ranks targets.
     *
     * @param users whom to rank, each with a target
     * @param userVectors their vectors
     * @param items (items, d)
     * @param task their targets and what is left out
     * @param ranks by user, 0 at first; receives ranks from 1
     */
    void rank(int[] users, UserVectors userVectors, Matrix items, Task task, int[] ranks) {
        for (int from = 0; from < users.length; from += capacity) {
            int count = Math.min(capacity, users.length - from);
            int[] chunk = new int[count];
            System.arraycopy(users, from, chunk, 0, count);
            userVectors.copy(chunk, vectors.rows(0, count));
            engine.workers().run((count + BLOCK_USERS - 1) / BLOCK_USERS, (block, worker) -> {
                int at = block * BLOCK_USERS;
                int n = Math.min(BLOCK_USERS, count - at);
                workers[worker].rank(chunk, at, vectors.rows(at, n), items, task, ranks);
            });
        }
    }

    /** What one thread needs. */
    private static final class Worker {
        private final Engine engine;
        private final Matrix scores;

        /** Scores by another vector of the users, if they have several. */
        private final Matrix others;

        private final Matrix targets;
        private final Matrix targetScores;
        private final float[] thresholds = new float[BLOCK_USERS];
        private final int[] counts = new int[BLOCK_USERS];
        private final int[][] leftOut = new int[BLOCK_USERS][];
        private final int[] next = new int[BLOCK_USERS];

        Worker(Engine engine, Arena arena, int dimension, int severalVectors) {
            this.engine = engine;
            others = Matrix.allocate(arena, severalVectors, BLOCK_ITEMS);
            scores = Matrix.allocate(arena, BLOCK_USERS, BLOCK_ITEMS);
            targets = Matrix.allocate(arena, BLOCK_USERS, dimension);
            targetScores = Matrix.allocate(arena, BLOCK_USERS, BLOCK_USERS);
        }

        /** Ranks the users {@code [from, from + vectors.rows())} of a chunk. */
        void rank(int[] users, int from, Matrix vectors, Matrix items, Task task, int[] ranks) {
            int n = vectors.rows();
            prepare(users, from, vectors, items, task);
            for (int first = 0; first < items.rows(); first += BLOCK_ITEMS) {
                int width = Math.min(BLOCK_ITEMS, items.rows() - first);
                Matrix block = scores.rows(0, n).columns(0, width);
                score(vectors, items.rows(first, width), block);
                engine.kernels().search().countAtLeast(engine.workers(), block, thresholds, counts);
                for (int i = 0; i < n; i++) {
                    ranks[users[from + i]] += counts[i] - countLeftOut(i, block, first);
                }
            }
        }

        private void prepare(int[] users, int from, Matrix vectors, Matrix items, Task task) {
            int n = vectors.rows();
            for (int i = 0; i < n; i++) {
                int user = users[from + i];
                long row = items.offset(task.target(user));
                long bytes = (long) items.cols() * Float.BYTES;
                MemorySegment.copy(items.data(), row, targets.data(), targets.offset(i), bytes);
                leftOut[i] = task.leftOut(user);
                next[i] = 0;
            }
            Matrix own = targetScores.rows(0, n).columns(0, n);
            score(vectors, targets.rows(0, n), own);
            for (int i = 0; i < n; i++) {
                thresholds[i] = own.get(i, i);
            }
        }

        /** A user's score is the greatest of those of its vectors. */
        private void score(Matrix vectors, Matrix items, Matrix out) {
            multiply(vectors.columns(0, items.cols()), items, out);
            for (int at = items.cols(); at < vectors.cols(); at += items.cols()) {
                Matrix other = others.rows(0, out.rows()).columns(0, out.cols());
                multiply(vectors.columns(at, items.cols()), items, other);
                engine.kernels().layers().maximum(engine.workers(), other, out);
            }
        }

        private void multiply(Matrix vectors, Matrix items, Matrix out) {
            engine.kernels().matrices().gemm(engine.workers(), Form.NT, 1, vectors, items, 0, out, Epilogue.none());
        }

        private int countLeftOut(int i, Matrix block, int first) {
            int[] items = leftOut[i];
            int count = 0;
            while (next[i] < items.length && items[next[i]] < first + block.cols()) {
                count += block.get(i, items[next[i]] - first) < thresholds[i] ? 0 : 1;
                next[i]++;
            }
            return count;
        }
    }
}

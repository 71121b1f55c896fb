package io.dovetail.eval;

import io.dovetail.data.Categories;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Ranks of targets among the items of their own category, a category at a time. */
final class CategoryRanks {
    private final Categories categories;
    private final TargetRanks ranking;

    CategoryRanks(Categories categories, TargetRanks ranking) {
        this.categories = categories;
        this.ranking = ranking;
    }

    /**
     * Ranks targets.
     *
     * @param users whom to rank, each with a target
     * @param vectors their vectors
     * @param items (items, d)
     * @param task targets and what is left out, by rows of {@code items}
     * @param ranks receives ranks from 1, by user
     */
    void rank(int[] users, UserVectors vectors, Matrix items, TargetRanks.Task task, int[] ranks) {
        for (int category = 0; category < categories.size(); category++) {
            int of = category;
            int[] own = IntStream.of(users)
                    .filter(user -> categories.of(task.target(user)) == of)
                    .toArray();
            if (own.length > 0) {
                try (Arena arena = Arena.ofShared()) {
                    int[] rows = IntStream.range(0, items.rows())
                            .filter(item -> categories.of(item) == of)
                            .toArray();
                    ranking.rank(own, vectors, gather(arena, items, rows), within(rows, of, task), ranks);
                }
            }
        }
    }

    private static Matrix gather(Arena arena, Matrix items, int[] rows) {
        Matrix some = Matrix.allocate(arena, rows.length, items.cols());
        long bytes = (long) items.cols() * Float.BYTES;
        for (int i = 0; i < rows.length; i++) {
            MemorySegment.copy(items.data(), items.offset(rows[i]), some.data(), some.offset(i), bytes);
        }
        return some;
    }

    /** The same task by places in {@code rows}, which ascend: so do places of ascending rows. */
    private TargetRanks.Task within(int[] rows, int category, TargetRanks.Task task) {
        return new TargetRanks.Task() {
            @Override
            public int target(int user) {
                return Arrays.binarySearch(rows, task.target(user));
            }

            @Override
            public int[] leftOut(int user) {
                return IntStream.of(task.leftOut(user))
                        .filter(item -> categories.of(item) == category)
                        .map(item -> Arrays.binarySearch(rows, item))
                        .toArray();
            }
        };
    }
}

package io.dovetail.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The best few of some scores, best first, reusable. What a {@link Reservoir} finds, too; but that branches on scores, and for a
 * dozen of some hundred a processor that guesses wrong at every other branch spends more time on that than on all else.
 *
 * <p>Fill it by {@link SearchKernels#select}. It allocates only where more are wanted than ever before. Not thread-safe.
 */
public final class ShortList {

    /** So many at most are selected without branches. */
    static final int MOST_WANTED = 16;

    /** Groups of scores whose greatest are compared for a first threshold: twice as many as are wanted. */
    static final int RUNS = 2 * MOST_WANTED;

    /** So many scores at most that reach the first threshold. */
    static final int ROOM = 64;

    /** So many scores at most are sorted as they are, however many are wanted. */
    static final int MOST_SORTED = 256;

    private final Reservoir reservoir = new Reservoir();
    private final MemorySegment greatest = Arena.ofAuto().allocate(RUNS * (long) Float.BYTES, 64);
    private final long[] keys = new long[MOST_SORTED];
    private long[] sorted = new long[MOST_SORTED];
    private int size;

    /** An empty list. */
    public ShortList() {}

    /** Scratch for the greatest scores of the runs. */
    MemorySegment greatest() {
        return greatest;
    }

    /** Room for keys, in any order. */
    long[] keys() {
        return keys;
    }

    /** The keys, the greatest first; room for at least {@link #MOST_SORTED}. */
    long[] sorted() {
        return sorted;
    }

    void size(int count) {
        size = count;
    }

    /** Selects by a reservoir: any number. */
    void selectByReservoir(SearchKernels kernels, Matrix scores, int count, int wanted) {
        reservoir.clear(wanted, count);
        kernels.offer(scores, count, 0, reservoir);
        size = reservoir.sortBest();
        if (sorted.length < size) {
            sorted = new long[size];
        }
        reservoir.copyKeys(sorted, size);
    }

    /** Refuses what cannot be selected. */
    static void check(Matrix scores, int count, int wanted) {
        if (count < 0 || scores.rows() < 1 || scores.cols() < count || wanted < 1) {
            throw new IllegalArgumentException("select: " + wanted + " of " + count + " of " + scores.shape());
        }
    }

    /** See {@link SearchKernels#selectPlaces}. */
    int selectPlaces(SearchKernels kernels, Matrix scores, int count, int wanted, int[] out) {
        if (wanted <= MOST_WANTED) {
            kernels.select(scores, count, wanted, this);
            for (int rank = 0; rank < size; rank++) {
                out[rank] = place(rank);
            }
            return size;
        }
        float least = wanted < count
                ? FirstThreshold.exact(kernels, scores, count, reservoir, wanted)
                : Float.NEGATIVE_INFINITY;
        int found = kernels.selectScoresUnchecked(scores, count, least, 0, out, 0);
        return found <= wanted ? found : withoutLastEquals(scores, least, out, found, wanted);
    }

    /** Drops the last of the places whose score is the least, until so many are left. */
    private static int withoutLastEquals(Matrix scores, float least, int[] places, int count, int wanted) {
        int equals = wanted;
        for (int i = 0; i < count; i++) {
            equals -= scores.get(0, places[i]) > least ? 1 : 0;
        }
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (scores.get(0, places[i]) > least || equals-- > 0) {
                places[left++] = places[i];
            }
        }
        return left;
    }

    /** {@return how many were selected: as many as wanted, or all numbers among the scores} */
    public int size() {
        return size;
    }

    /**
     * The place among the scores of one that was selected.
     *
     * @param rank in [0, {@link #size}), 0 is the best
     * @return its place, in [0, count)
     */
    public int place(int rank) {
        return Reservoir.row(sorted[Objects.checkIndex(rank, size)]);
    }

    /**
     * A score that was selected.
     *
     * @param rank in [0, {@link #size}), 0 is the best
     * @return the score
     */
    public float score(int rank) {
        return Reservoir.score(sorted[Objects.checkIndex(rank, size)]);
    }
}

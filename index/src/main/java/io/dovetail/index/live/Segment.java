package io.dovetail.index.live;

import io.dovetail.index.NearestLists;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.util.Arrays;

/**
 * The changing half: a generation and the writes since. Searches do not see it but the {@link #view views} it gives. Not
 * thread-safe: who writes holds the write lock.
 *
 * <p>A write is one moment. Rows that it adds lie behind the count of older views, and the deaths it brings are later than
 * their moments, so that older views stay what they were while it is under way.
 */
final class Segment implements AutoCloseable {

    /** So many rows are scored by every search before they are sorted into lists. */
    static final int TAIL = 256;

    private static final int LEAST_CAPACITY = 1 << 12;

    private final Generation generation;
    private final float usualDistance;
    private final Workers alone = Workers.of(1);
    private final NearestLists assigner;
    private RowsById liveRows = new RowsById(0);
    private LiveRows rows;
    private LiveRows shown;
    private LiveLists lists;
    private int[] listOfRow = new int[0];
    private int count;
    private int moment;
    private int size;
    private int dead;
    private long sorted;
    private long far;

    /**
     * A generation without writes.
     *
     * @param generation the file
     * @param usualDistance squared distance to a centroid beyond which a vector is far
     */
    Segment(Generation generation, float usualDistance) {
        this.generation = generation;
        this.usualDistance = usualDistance;
        rows = new LiveRows(generation, LEAST_CAPACITY);
        shown = rows;
        lists = LiveLists.none(generation.index().nlist());
        assigner = new NearestLists(generation.index(), alone);
        size = generation.index().size();
    }

    Generation generation() {
        return generation;
    }

    float usualDistance() {
        return usualDistance;
    }

    /** What is there now. */
    View view(long sequence) {
        shown = rows;
        return new View(rows, lists, count, moment, size, sequence);
    }

    /** Rows that a compaction tidies up: those written, but for some that have died since, and those of the file that are dead. */
    int pending() {
        return count + dead;
    }

    /** Rows of the file that are dead. */
    int dead() {
        return dead;
    }

    Drift drift() {
        return new Drift(sorted, far);
    }

    boolean contains(long id) {
        return liveRow(id) != RowsById.NONE || generationRow(id) != RowsById.NONE;
    }

    /** Makes room, so that the next {@link #put} of so many rows needs no memory. */
    void reserve(int more) {
        if (moment == Generation.NEVER - 1 || more > Integer.MAX_VALUE - 64 - count) {
            throw new IllegalStateException("live index: " + moment + " writes of " + count
                    + " vectors since the last compaction are the most; compact");
        }
        if (count + more > rows.capacity()) {
            repack(more);
        }
    }

    /**
     * Moves to other rows: those that are alive, in the order of their lists, so that a search reads most of a list in one
     * run; and room for half as many.
     */
    private void repack(int more) {
        sort();
        LiveRows full = rows;
        LiveLists all = lists.merged(listOfRow, full.deaths());
        int alive = all.start(0, generation.index().nlist());
        long room = Math.max(alive + Math.max(more, alive / 2L), LEAST_CAPACITY);
        LiveRows packed = new LiveRows(generation, (int) Math.min(Integer.MAX_VALUE - 64, room));
        RowsById packedRows = new RowsById(alive);
        int[] listOfPacked = new int[packed.capacity()];
        for (int row = 0; row < alive; row++) {
            int from = all.row(0, row);
            packed.set(row, full.ids()[from], full.vectors(), from);
            packedRows.put(full.ids()[from], row);
            listOfPacked[row] = listOfRow[from];
        }
        rows = packed;
        liveRows = packedRows;
        listOfRow = listOfPacked;
        lists = all.packed();
        count = alive;
        if (full != shown) { // else whoever shows the next view frees it
            full.free();
        }
    }

    /** Adds vectors, which take the place of those with the same ids. Room is {@link #reserve reserved}. */
    void put(long[] ids, Matrix vectors) {
        moment++;
        for (int i = 0; i < ids.length; i++) {
            kill(ids[i]);
            rows.set(count, ids[i], vectors, i);
            liveRows.put(ids[i], count);
            count++;
            size++;
        }
    }

    /** Removes ids. */
    void remove(long[] ids) {
        moment++;
        for (long id : ids) {
            kill(id);
        }
    }

    private void kill(long id) {
        int row = liveRow(id);
        int old = row == RowsById.NONE ? generationRow(id) : RowsById.NONE;
        if (row != RowsById.NONE) {
            rows.deaths()[row] = moment;
            size--;
        } else if (old != RowsById.NONE) {
            generation.deaths()[old] = moment;
            size--;
            dead++;
        }
    }

    private int liveRow(long id) {
        int row = liveRows.row(id);
        return row != RowsById.NONE && rows.deaths()[row] == Generation.NEVER ? row : RowsById.NONE;
    }

    private int generationRow(long id) {
        int row = generation.rows().row(id);
        return row != RowsById.NONE && generation.deaths()[row] == Generation.NEVER ? row : RowsById.NONE;
    }

    /**
     * Copies the vector of an id.
     *
     * @param id the id
     * @param target (n, d)
     * @param to row of the target
     * @return whether the id is there
     */
    boolean copy(long id, Matrix target, int to) {
        int live = liveRow(id);
        int old = generationRow(id);
        if (live == RowsById.NONE && old == RowsById.NONE) {
            return false;
        }
        if (live == RowsById.NONE) {
            generation.index().vectors().copyRow(old, target, to);
        } else {
            target.rows(to, 1).copyFrom(rows.vectors().rows(live, 1));
        }
        return true;
    }

    /** Whether so many rows are in no list that {@link #sort} is due. */
    boolean wantsSort() {
        return count - lists.covered() >= TAIL;
    }

    /** Sorts the rows that are in no list into lists. */
    void sort() {
        int from = lists.covered();
        if (from == count) {
            return;
        }
        if (listOfRow.length < count) {
            listOfRow = Arrays.copyOf(listOfRow, rows.capacity());
        }
        int[] nearest = new int[count - from];
        float[] distances = new float[count - from];
        assigner.assign(rows.vectors().rows(from, count - from), nearest, distances);
        System.arraycopy(nearest, 0, listOfRow, from, nearest.length);
        sorted += distances.length;
        for (float distance : distances) {
            far += distance > usualDistance ? 1 : 0;
        }
        lists = lists.with(listOfRow, rows.deaths(), count);
    }

    /** Frees the memory of a segment that no view was published of. */
    void discard() {
        close();
        rows.free();
        generation.free();
    }

    /** Frees the scratch of whoever writes. What views lead to is freed when the last search that sees it has ended. */
    @Override
    public void close() {
        assigner.close();
        alone.close();
    }
}

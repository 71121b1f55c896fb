package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot: what one search sees. The arrays it leads to change after it, in ways it does not see: rows are added behind
 * {@code count}, and deaths are set to moments after {@code moment}.
 *
 * @param rows live rows and their generation
 * @param lists the lists of the older ones of them
 * @param count live rows [0, count) have been written
 * @param moment number of writes since the generation: a row is alive if its death is later
 * @param size number of vectors that are alive
 * @param sequence number of the last record of the log that is seen
 */
record View(LiveRows rows, LiveLists lists, int count, int moment, int size, long sequence)
        implements Published.Snapshot<View> {

    @Override
    public Object memory() {
        return rows;
    }

    /** Rows lead to a generation, and several rows in turn to the same: it is freed with the last of them. */
    @Override
    public void free(@Nullable View next) {
        rows.free();
        if (next == null || next.generation() != generation()) {
            generation().free();
        }
    }

    Generation generation() {
        return rows.generation();
    }

    boolean liveRow(int row) {
        return rows.deaths()[row] > moment;
    }

    boolean generationRow(int row) {
        return generation().deaths()[row] > moment;
    }

    /** {@return an id that is not in [0, bound), if there is such} */
    OptionalLong idOutside(long bound) {
        IvfPqIndex index = generation().index();
        return LongStream.concat(
                        IntStream.range(0, index.size()).mapToLong(index::id), Arrays.stream(rows.ids(), 0, count))
                .filter(id -> id < 0 || id >= bound)
                .findFirst();
    }
}

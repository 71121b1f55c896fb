package io.dovetail.index.live;

import io.dovetail.index.SearchParams;
import java.util.ArrayList;
import java.util.List;

/**
 * A search's parameters, and those of the searches that follow if it finds too few: each of four times as many lists. Made
 * once and kept, so that a search allocates nothing.
 */
final class WidenedParams {

    private static final int GROWTH = 4;

    private final SearchParams given;
    private final int nlist;
    private final SearchParams[] steps;

    /**
     * The steps to take.
     *
     * @param given what the caller gave
     * @param nlist number of lists
     */
    WidenedParams(SearchParams given, int nlist) {
        this.given = given;
        this.nlist = nlist;
        int most = Math.min(nlist, Math.max(given.nprobe(), given.mostLists()));
        long lists = Math.min(given.nprobe(), most);
        List<SearchParams> each = new ArrayList<>();
        each.add(bounded(given, (int) lists));
        while (lists < most) {
            lists = Math.min(GROWTH * lists, most);
            each.add(bounded(given, (int) lists));
        }
        steps = each.toArray(SearchParams[]::new);
    }

    private static SearchParams bounded(SearchParams params, int lists) {
        return params.withNprobe(lists).withMostLists(lists);
    }

    boolean isOf(SearchParams params, int lists) {
        return nlist == lists && given.equals(params);
    }

    /** {@return the number of steps, at least 1} */
    int steps() {
        return steps.length;
    }

    /** {@return the parameters of a step, bounded by their own nprobe; the last one's is all that the caller allows} */
    SearchParams step(int step) {
        return steps[step];
    }
}

package io.dovetail.index.tune;

import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Tries the parameters that may matter: grids of doubling nprobe and rerank, of margins and rerank with all lists in reach, and
 * of margins that at most so many lists may follow; and finer steps where the recall that is asked for is reached.
 *
 * <p>Recall grows with rerank, and but for a little with nprobe and margin (a candidate of a further list may push out one
 * whose code is poor). So of an nprobe the greatest rerank is tried first, and no more once a smaller one gives as much; and
 * the least nprobe that reaches a recall is found by bisection. So with margins.
 */
final class Survey {

    /** What is lost by a smaller rerank, or to be won by more lists, and is not worth a try. */
    private static final double SATURATED = 5e-4;

    /** A margin is tried with fewer lists if no other of more recall is faster by more than this. */
    private static final double SLACK = 1.1;

    /** Bisection ends at steps of about this share. */
    private static final int FINENESS = 16;

    /** Margins are tried in so many steps to 1. */
    private static final int STEPS = 16;

    /** With fewer lists in reach a margin has nothing to choose from. */
    private static final int LEAST_CAP = 8;

    private static final List<Integer> MARGINS = List.of(8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96);

    private final Trial trial;
    private final List<Integer> nprobes;
    private final List<Integer> reranks;
    private final Progress progress;
    private final Map<SearchParams, OperatingPoint> tried = new LinkedHashMap<>();

    /**
     * Nothing tried yet.
     *
     * @param trial tries
     * @param mostNprobe greatest nprobe, at least 1
     * @param leastRerank least rerank, at least 1
     * @param mostRerank greatest rerank, at least the least
     * @param progress told after each nprobe
     */
    Survey(Trial trial, int mostNprobe, int leastRerank, int mostRerank, Progress progress) {
        this.trial = trial;
        nprobes = doubling(1, mostNprobe);
        reranks = doubling(leastRerank, mostRerank);
        this.progress = progress;
    }

    private static List<Integer> doubling(int from, int to) {
        List<Integer> values = new ArrayList<>();
        for (long value = from; value < to; value *= 2) {
            values.add((int) value);
        }
        values.add(to);
        return values;
    }

    /**
     * Tries what may matter, and looks closely at one recall. May be called for several of them.
     *
     * @param asked the recall
     */
    void look(double asked) {
        climb(nprobes, nprobe -> new SearchParams(nprobe, reranks.getLast()), asked, 0);
        if (nprobes.getLast() > 1) {
            climb(MARGINS, margin -> margin(margin, reranks.getLast()), asked, nprobes.size());
        }
        for (int rerank : reranks) {
            refine(nprobes, nprobe -> new SearchParams(nprobe, rerank), asked);
            refine(MARGINS, margin -> margin(margin, rerank), asked);
        }
        List<OperatingPoint> margins = tried.values().stream()
                .filter(point -> Float.isFinite(point.params().margin()))
                .toList();
        OperatingPoint.near(margins, SLACK).forEach(point -> cap(point, asked));
        cheapest(asked).ifPresent(params -> refine(reranks, params::withRerank, asked));
    }

    /** {@return all that was tried} */
    List<OperatingPoint> tried() {
        return List.copyOf(tried.values());
    }

    private SearchParams margin(int steps, int rerank) {
        return new SearchParams(nprobes.getLast(), rerank, (float) steps / STEPS);
    }

    private void climb(List<Integer> values, IntFunction<SearchParams> deepest, double asked, int done) {
        double ceiling = 0;
        for (int i = 0; i < values.size() && ceiling < Math.max(asked, 1 - SATURATED); i++) {
            SearchParams params = deepest.apply(values.get(i));
            ceiling = at(params).recall();
            int depth = 0;
            while (at(params.withRerank(reranks.get(depth))).recall() < ceiling - SATURATED) {
                depth++;
            }
            progress.at("survey", done + i + 1L, nprobes.size() + MARGINS.size());
        }
    }

    /** Puts more and more lists in reach of a margin, until they are as good as all. */
    private void cap(OperatingPoint uncapped, double asked) {
        double recall = 0;
        for (int i = 0; i < nprobes.size() - 1 && recall < uncapped.recall() - SATURATED; i++) {
            if (nprobes.get(i) >= LEAST_CAP) {
                recall = at(uncapped.params().withNprobe(nprobes.get(i))).recall();
            }
        }
        refine(nprobes, uncapped.params()::withNprobe, asked);
    }

    /** Bisects between the last value that does not reach a recall and the first that does. */
    private void refine(List<Integer> values, IntFunction<SearchParams> params, double asked) {
        int first = 0;
        while (first < values.size() && !reached(params.apply(values.get(first)), asked)) {
            first++;
        }
        if (first == 0 || first == values.size()) {
            return;
        }
        int below = values.get(first - 1);
        int enough = values.get(first);
        while (enough - below > Math.max(1, enough / FINENESS)) {
            int middle = (below + enough) >>> 1;
            if (at(params.apply(middle)).recall() >= asked) {
                enough = middle;
            } else {
                below = middle;
            }
        }
    }

    private boolean reached(SearchParams params, double asked) {
        OperatingPoint point = tried.get(params);
        return point != null && point.recall() >= asked;
    }

    private Optional<SearchParams> cheapest(double asked) {
        return tried.values().stream()
                .filter(point -> point.recall() >= asked)
                .min(Comparator.comparingDouble(OperatingPoint::micros))
                .map(OperatingPoint::params);
    }

    private OperatingPoint at(SearchParams params) {
        return tried.computeIfAbsent(params, trial::at);
    }
}

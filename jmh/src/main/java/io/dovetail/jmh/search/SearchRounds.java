package io.dovetail.jmh.search;

import io.dovetail.index.Neighbors;
import io.dovetail.index.TopK;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The rounds of a duel: in each, every effort of every side answers all queries. */
final class SearchRounds {
    /** Efforts that find fewer are of no use to anybody, and those beyond the second are slow. */
    private static final double LEAST_RECALL = 0.7;

    private static final double ENOUGH_RECALL = 0.995;

    /** How long batches are answered before any is timed: what answers many together is compiled by then. */
    private static final double WARM_SECONDS = 0.3;

    private static final int BATCHES = 5;

    private final List<SearchSide> sides;
    private final Neighbors truth;
    private final int k;
    private final int rounds;
    private final PrintStream out;
    private final long[][] found;

    SearchRounds(List<SearchSide> sides, Neighbors truth, int k, int rounds, PrintStream out) {
        this.sides = sides;
        this.truth = truth;
        this.k = k;
        this.rounds = rounds;
        this.out = out;
        found = new long[truth.queries()][k];
    }

    /** An effort of a side, and the times of its queries by round. */
    private static final class Turn {
        private final int number;
        private final SearchSide side;
        private final int effort;
        private final double recall;
        private final long[][] nanos;
        private final double[] batchSeconds;

        Turn(int number, SearchSide side, int effort, double recall, long[][] nanos) {
            this.number = number;
            this.side = side;
            this.effort = effort;
            this.recall = recall;
            this.nanos = nanos;
            batchSeconds = new double[nanos.length];
        }
    }

    List<SearchCurve> run() throws IOException {
        List<Turn> turns = new ArrayList<>();
        for (int number = 0; number < sides.size(); number++) {
            SearchSide side = sides.get(number);
            double recall = 0;
            for (int effort = 0; effort < side.efforts().size() && recall < ENOUGH_RECALL; effort++) {
                recall = recall(side, effort); // warms it up as well
                if (recall >= LEAST_RECALL) {
                    turns.add(new Turn(number, side, effort, recall, new long[rounds][truth.queries()]));
                }
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < turns.size(); i++) {
                Turn turn = turns.get(round % 2 == 0 ? i : turns.size() - 1 - i);
                turn.side.answer(turn.effort, found, turn.nanos[round]);
                turn.batchSeconds[round] = batchSeconds(turn);
            }
            out.printf(Locale.ROOT, "round %d of %d%n", round + 1, rounds);
        }
        List<SearchCurve> curves = new ArrayList<>();
        for (int number = 0; number < sides.size(); number++) {
            List<SearchCurve.Point> points = new ArrayList<>();
            for (Turn turn : turns) {
                if (turn.number == number) {
                    points.add(point(turn));
                }
            }
            SearchSide side = sides.get(number);
            curves.add(new SearchCurve(side.name(), side.buildSeconds(), side.bytes(), points));
        }
        return curves;
    }

    /** The median of a few: a batch takes some milliseconds, too few to be timed once. */
    private static double batchSeconds(Turn turn) throws IOException {
        double[] seconds = new double[BATCHES];
        for (int i = 0; i < BATCHES; i++) {
            seconds[i] = turn.side.answerAtOnce(turn.effort).orElse(Long.MAX_VALUE) * 1e-9;
        }
        Arrays.sort(seconds);
        return seconds[BATCHES / 2];
    }

    private double recall(SearchSide side, int effort) throws IOException {
        Neighbors all = new Neighbors(truth.queries(), k);
        TopK one = new TopK(k);
        side.answer(effort, found, new long[truth.queries()]);
        double warm = 0;
        while (warm < WARM_SECONDS) {
            warm += side.answerAtOnce(effort).orElse(Long.MAX_VALUE) * 1e-9;
        }
        for (int query = 0; query < truth.queries(); query++) {
            one.clear(k);
            for (int place = 0; place < k; place++) {
                one.offer(-place, found[query][place]);
            }
            one.sort();
            all.set(query, one);
        }
        return all.recall(truth, k);
    }

    private SearchCurve.Point point(Turn turn) {
        double[] qps = Arrays.stream(turn.nanos)
                .mapToDouble(round -> round.length / (Arrays.stream(round).sum() * 1e-9))
                .sorted()
                .toArray();
        double batchSeconds = Arrays.stream(turn.batchSeconds).sorted().toArray()[rounds / 2];
        double batchQps = batchSeconds < 1e9 ? truth.queries() / batchSeconds : 0;
        long[] all =
                Arrays.stream(turn.nanos).flatMapToLong(Arrays::stream).sorted().toArray();
        SearchCurve.Point point = new SearchCurve.Point(
                turn.side.efforts().get(turn.effort),
                turn.recall,
                qps[qps.length / 2],
                batchQps,
                micros(all, 0.5),
                micros(all, 0.99),
                micros(all, 0.999));
        out.printf(
                Locale.ROOT,
                "%-18s %-24s recall@%d %.4f %,9.0f queries/s (batch %,.0f) p50 %.1f p99 %.1f p99.9 %.1f us%n",
                turn.side.name(),
                point.effort(),
                k,
                point.recall(),
                point.qps(),
                point.batchQps(),
                point.p50us(),
                point.p99us(),
                point.p999us());
        return point;
    }

    private static double micros(long[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1] * 1e-3;
    }
}

package io.dovetail.index.tune;

import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.kernels.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the search parameters of an index that reach a recall at the least time, and the front of what can be had, on queries
 * whose true neighbours are known.
 *
 * <p>Queries are searched one at a time on the caller's thread. First a survey: each of the parameters that may matter is
 * tried twice, after a warm-up. Those near the Pareto front are then timed in rounds, each round all of them, in alternating
 * order, so that a disturbance meets all alike; the median counts. With enough queries every second one chooses and the
 * others give the figures: what was chosen for being best on some queries looks better on these than it is.
 */
public final class IndexTuner {

    /** Halves of fewer queries would tell recall too poorly. */
    private static final int LEAST_TO_HALVE = 200;

    /** A survey's times are of two passes: what is slower than another by more than this is taken to be slower. */
    private static final double SLACK = 1.25;

    private static final int ROUNDS = 5;
    private static final long WARM_UP_NANOS = 1_000_000_000;

    private final IvfPqIndex index;
    private final IdFilter filter;
    private final int mostRerank;
    private final Progress progress;

    /**
     * A tuner of searches among all vectors.
     *
     * @param index what to tune; stays as it is
     * @param mostRerank greatest rerank to try, at least 1; more than there are vectors means all
     * @param progress told how far it is
     */
    public IndexTuner(IvfPqIndex index, int mostRerank, Progress progress) {
        this(index, IdFilter.all(), mostRerank, progress);
    }

    /**
     * A tuner of searches with a filter.
     *
     * @param index what to tune; stays as it is
     * @param filter which ids may be found
     * @param mostRerank greatest rerank to try, at least 1; more than there are vectors means all
     * @param progress told how far it is
     */
    public IndexTuner(IvfPqIndex index, IdFilter filter, int mostRerank, Progress progress) {
        if (mostRerank < 1) {
            throw new IllegalArgumentException("tune: the greatest rerank is at least 1, got " + mostRerank);
        }
        this.index = index;
        this.filter = filter;
        this.mostRerank = mostRerank;
        this.progress = progress;
    }

    /**
     * A depth of re-ranking beyond which little is to be found: a longer code serves better.
     *
     * @param k the number of neighbours wanted
     * @return 64 k, but at least 1,000
     */
    public static int usualMostRerank(int k) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1_000, 64L * k));
    }

    /**
     * Tunes.
     *
     * @param queries (n, dimension), at least 1
     * @param truth their true neighbours among what the filter accepts, at least k each, as {@link ExactNeighbors} finds them
     * @param k the number of neighbours wanted, in [1, vectors]
     * @param recall the recall@k that is asked for, above 0 and at most 1
     * @return the front, and the choice if the recall can be reached
     * @throws IllegalArgumentException if these do not fit
     */
    public TuningOutcome tune(Matrix queries, Neighbors truth, int k, double recall) {
        Timed timed = survey(queries, truth, k, List.of(recall));
        List<OperatingPoint> front = OperatingPoint.front(timed.judged());
        return new TuningOutcome(
                k,
                recall,
                queries.rows(),
                timed.judging(),
                front,
                front.getLast(),
                choose(timed.chosenBy(), timed.judged(), recall));
    }

    /**
     * Finds the front alone, looking closely at several recalls: what is tried for one of them is not tried again for the next.
     *
     * @param queries (n, dimension), at least 1
     * @param truth their true neighbours among what the filter accepts, at least k each, as {@link ExactNeighbors} finds them
     * @param k the number of neighbours wanted, in [1, vectors]
     * @param recalls to look closely at, each above 0 and at most 1, at least one
     * @return the front
     * @throws IllegalArgumentException if these do not fit
     */
    public List<OperatingPoint> front(Matrix queries, Neighbors truth, int k, List<Double> recalls) {
        return OperatingPoint.front(survey(queries, truth, k, recalls).judged());
    }

    /**
     * What was timed.
     *
     * @param judging how many queries judged
     * @param chosenBy figures of the queries that choose
     * @param judged those of the queries that judge, of the same parameters in the same order
     */
    private record Timed(int judging, List<OperatingPoint> chosenBy, List<OperatingPoint> judged) {}

    private Timed survey(Matrix queries, Neighbors truth, int k, List<Double> recalls) {
        require(
                queries.rows() >= 1 && truth.queries() == queries.rows(),
                "there is a truth for each query, got " + queries.rows() + " queries and the truth of "
                        + truth.queries());
        require(
                k >= 1 && k <= Math.min(index.size(), truth.k()),
                "k is in [1, " + Math.min(index.size(), truth.k()) + "], got " + k);
        require(!recalls.isEmpty(), "at least one recall is given");
        recalls.forEach(recall -> require(recall > 0 && recall <= 1, "recall is above 0 and at most 1, got " + recall));
        int step = queries.rows() < LEAST_TO_HALVE ? 1 : 2;
        try (Searcher searcher = index.searcher()) {
            QueryTrial choosing = new QueryTrial(searcher, filter, queries, truth, k, 0, step);
            QueryTrial judging = step == 1 ? choosing : new QueryTrial(searcher, filter, queries, truth, k, 1, step);
            choosing.warmUp(index.defaults(), WARM_UP_NANOS);
            int deepest = Math.max(k, Math.min(index.size(), mostRerank));
            Survey survey = new Survey(choosing, index.nlist(), k, deepest, progress);
            recalls.forEach(survey::look);
            List<SearchParams> near = OperatingPoint.near(again(survey.tried(), choosing), SLACK).stream()
                    .map(OperatingPoint::params)
                    .toList();
            List<OperatingPoint> chosenBy = new ArrayList<>();
            List<OperatingPoint> judged = new ArrayList<>();
            time(near, choosing, judging, chosenBy, judged);
            return new Timed(judging.queries(), chosenBy, judged);
        }
    }

    /**
     * The lesser time of the survey's and of another one's, from the last to the first: what was tried first may have met the
     * compiler at work, and would not be tried again for it.
     */
    private List<OperatingPoint> again(List<OperatingPoint> tried, QueryTrial trial) {
        List<OperatingPoint> best = new ArrayList<>();
        for (OperatingPoint first : tried.reversed()) {
            OperatingPoint second = trial.at(first.params());
            best.add(second.micros() < first.micros() ? second : first);
            progress.at("second survey", best.size(), tried.size());
        }
        return best;
    }

    private void time(
            List<SearchParams> params,
            QueryTrial choosing,
            QueryTrial judging,
            List<OperatingPoint> chosenBy,
            List<OperatingPoint> judged) {
        OperatingPoint[][] choosingRounds = new OperatingPoint[params.size()][ROUNDS];
        OperatingPoint[][] judgingRounds = new OperatingPoint[params.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            progress.at("timing", round, ROUNDS);
            for (int i = 0; i < params.size(); i++) {
                int at = round % 2 == 0 ? i : params.size() - 1 - i;
                choosingRounds[at][round] = choosing.at(params.get(at));
                judgingRounds[at][round] = judging == choosing ? choosingRounds[at][round] : judging.at(params.get(at));
            }
        }
        Arrays.stream(choosingRounds).map(IndexTuner::median).forEach(chosenBy::add);
        Arrays.stream(judgingRounds).map(IndexTuner::median).forEach(judged::add);
    }

    /** The round of the median time; the others differ in nothing else. */
    private static OperatingPoint median(OperatingPoint[] rounds) {
        Arrays.sort(rounds, Comparator.comparingDouble(OperatingPoint::micros));
        return rounds[rounds.length / 2];
    }

    private static Optional<TuningOutcome.Choice> choose(
            List<OperatingPoint> chosenBy, List<OperatingPoint> judged, double recall) {
        return IntStream.range(0, chosenBy.size())
                .boxed()
                .filter(i -> chosenBy.get(i).recall() >= recall)
                .min(Comparator.comparingDouble(i -> chosenBy.get(i).micros()))
                .map(i -> new TuningOutcome.Choice(chosenBy.get(i).recall(), judged.get(i)));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("tune: " + message);
        }
    }
}

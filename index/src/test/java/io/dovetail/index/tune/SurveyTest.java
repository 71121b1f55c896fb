package io.dovetail.index.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The survey of an index whose recall and time are formulas, against a look at all of its parameters. */
final class SurveyTest {
    private static final int NLIST = 1000;
    private static final int LEAST = 10;
    private static final int MOST = 640;

    private final Set<SearchParams> tried = new HashSet<>();

    /**
     * With a margin the lists that are scanned count for twice as many, but begin at a price. It has half of them among the
     * nearest, the others further and further away.
     */
    private static OperatingPoint formula(SearchParams params) {
        boolean all = Float.isInfinite(params.margin());
        double chosen = 12 * params.margin() * params.margin();
        double scanned = all ? params.nprobe() : chosen * (1 - Math.pow(0.5, params.nprobe() / chosen));
        double lists = 1 - Math.exp(-0.4 * Math.sqrt(all ? scanned : 2 * scanned));
        double codes = 1 - Math.exp(-0.3 * Math.sqrt(params.rerank()));
        return new OperatingPoint(params, lists * codes, (all ? 3 : 9) + scanned + 0.05 * params.rerank());
    }

    private OperatingPoint count(SearchParams params) {
        assertTrue(tried.add(params), "tried twice: " + params);
        return formula(params);
    }

    private List<OperatingPoint> survey(double asked) {
        return survey(new Survey(this::count, NLIST, LEAST, MOST, Progress.none()), asked);
    }

    private static List<OperatingPoint> survey(Survey survey, double asked) {
        survey.look(asked);
        return survey.tried();
    }

    private static double cheapest(List<OperatingPoint> points, double asked) {
        return points.stream()
                .filter(point -> point.recall() >= asked)
                .min(Comparator.comparingDouble(OperatingPoint::micros))
                .orElseThrow()
                .micros();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.7, 0.9, 0.95, 0.99})
    void theCheapestIsFoundWithFewTries(double asked) {
        double best = Double.POSITIVE_INFINITY;
        for (int nprobe = 1; nprobe <= NLIST; nprobe++) {
            for (int rerank = LEAST; rerank <= MOST; rerank++) {
                OperatingPoint point = formula(new SearchParams(nprobe, rerank));
                best = point.recall() >= asked ? Math.min(best, point.micros()) : best;
            }
        }
        for (int steps = 8; steps <= 64; steps++) {
            for (int rerank = LEAST; rerank <= MOST; rerank++) {
                for (int nprobe = NLIST; nprobe >= 8; nprobe -= 1 + nprobe / 10) {
                    OperatingPoint point = formula(new SearchParams(nprobe, rerank, steps / 16f));
                    best = point.recall() >= asked ? Math.min(best, point.micros()) : best;
                }
            }
        }
        double found = cheapest(survey(asked), asked);
        // Steps of a sixteenth in nprobe, and of rerank the nearest power of two.
        assertTrue(found <= 1.15 * best, found + " against " + best);
        // A look at all is some two million; without caps on margins it took fewer than 240.
        assertTrue(tried.size() < 450, tried.size() + " tries");
    }

    /** A margin chooses 400 lists, of which the 50 nearest hold all that is to be found. */
    @Test
    void aMarginIsCappedWhereMoreListsFindNoMore() {
        Survey survey = new Survey(
                params -> {
                    count(params);
                    boolean all = Float.isInfinite(params.margin());
                    double recall = all ? 1 - Math.exp(-params.nprobe() / 200.0) : Math.min(50, params.nprobe()) / 50.0;
                    return new OperatingPoint(params, recall, all ? params.nprobe() : Math.min(400, params.nprobe()));
                },
                NLIST,
                LEAST,
                LEAST,
                Progress.none());
        double found = cheapest(survey(survey, 0.95), 0.95);
        assertTrue(found >= 48 && found <= 52, "scans " + found + " lists, 48 are enough");
    }

    @Test
    void whatCannotBeReachedIsNotSoughtFor() {
        List<OperatingPoint> points = survey(1);
        assertTrue(points.stream().allMatch(point -> point.recall() < 1));
        assertTrue(points.stream().anyMatch(point -> point.params().equals(new SearchParams(NLIST, MOST))));
    }

    @Test
    void noDeeperRerankIsTriedThanHelps() {
        Survey survey = new Survey(
                params -> count(params).params().nprobe() < 8 || Float.isFinite(params.margin())
                        ? new OperatingPoint(params, 0.1 * Math.min(4, params.nprobe()), params.nprobe())
                        : new OperatingPoint(params, 1, params.nprobe()),
                NLIST,
                LEAST,
                MOST,
                Progress.none());
        survey.look(0.5);
        assertEquals(
                Set.of(LEAST, MOST),
                Set.copyOf(tried.stream().map(SearchParams::rerank).toList()));
        assertTrue(
                tried.stream()
                        .filter(params -> Float.isInfinite(params.margin()))
                        .allMatch(params -> params.nprobe() <= 8),
                tried.toString());
    }

    @Test
    void aSinglePossibilityIsTried() {
        Survey survey = new Survey(this::count, 1, LEAST, LEAST, Progress.none());
        assertEquals(1, survey(survey, 0.9).size());
    }

    /** {@link #count} fails where something is tried twice. */
    @Test
    void aSecondRecallIsLookedAtByWhatTheFirstLeftOut() {
        Survey survey = new Survey(this::count, NLIST, LEAST, MOST, Progress.none());
        int first = survey(survey, 0.7).size();
        List<OperatingPoint> both = survey(survey, 0.95);
        assertTrue(both.size() > first);
        tried.clear();
        List<OperatingPoint> alone = survey(0.95);
        assertTrue(cheapest(both, 0.95) <= 1.05 * cheapest(alone, 0.95));
        assertTrue(both.size() < first + alone.size());
    }
}

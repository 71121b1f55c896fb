package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What an epoch of the paper's Meituan data would take on more cores, if what was measured here held there.
 *
 * @param bases measured rates
 */
record Projection(List<Base> bases) {
    /** Table 1 of the paper: interactions, users and items of Meituan. */
    private static final long POSITIVES = 1_182_652_197L;

    private static final long USERS = 82_347_274;
    private static final long ITEMS = 3_561_498;
    private static final int CORES = 32;

    /** Floats of an entity: id and augmented vector of 32, each with Adam's two moments. */
    private static final int FLOATS = 2 * 32 * 3;

    /**
     * A measured rate.
     *
     * @param name what was measured
     * @param threads that it was measured with
     * @param pairsPerSecond the rate
     * @param speedup of so many threads over one, measured on steps of the same batch
     */
    record Base(String name, int threads, double pairsPerSecond, double speedup) {

        /** {@return the serial share by Amdahl's law, which makes this speedup} */
        double serial() {
            return Math.clamp((threads / speedup - 1) / (threads - 1), 0, 1);
        }

        double linear() {
            return pairsPerSecond / threads * CORES;
        }

        double amdahl() {
            return pairsPerSecond / speedup / (serial() + (1 - serial()) / CORES);
        }
    }

    /** A projection from epochs and from the largest step, of which there is a speedup; none if there is no such. */
    static Optional<Projection> of(Training training) {
        List<Base> bases = new ArrayList<>();
        for (Epoch epoch : training.epochs()) {
            base(training, "epoch of " + epoch.data(), epoch.positives(), epoch.threads(), epoch.pairsPerSecond())
                    .ifPresent(bases::add);
        }
        Stream<StepSize> teams = training.steps().stream()
                .filter(result -> Backend.isOurs(result.backend()))
                .map(StepSize::of)
                .filter(size -> size.threads() > 1);
        teams.max((a, b) -> Integer.compare(a.positives(), b.positives()))
                .flatMap(size -> base(
                        training,
                        "steps",
                        size.positives(),
                        size.threads(),
                        training.pairsPerSecond(size).orElse(Double.NaN)))
                .ifPresent(bases::add);
        return bases.isEmpty() ? Optional.empty() : Optional.of(new Projection(List.copyOf(bases)));
    }

    private static Optional<Base> base(Training training, String name, int positives, int threads, double rate) {
        OptionalDouble one = training.pairsPerSecond(new StepSize(positives, 1));
        OptionalDouble team = training.pairsPerSecond(new StepSize(positives, threads));
        if (threads < 2 || one.isEmpty() || team.isEmpty()) {
            return Optional.empty();
        }
        String batch = String.format(Locale.ROOT, ", %,d positives a batch", positives);
        return Optional.of(new Base(name + batch, threads, rate, team.getAsDouble() / one.getAsDouble()));
    }

    /** {@return the projection as a table with its assumptions} */
    Section section() {
        double pairs = (double) POSITIVES * (1 + StepSize.NEGATIVES);
        List<List<String>> rows = new ArrayList<>();
        for (Base base : bases) {
            String measured = Numbers.rounded(base.pairsPerSecond()) + " on " + base.threads() + " threads";
            String speedup = KernelTable.ratio(base.speedup());
            rows.add(row(base.name(), measured, speedup, "each core adds what it adds here", base.linear(), pairs));
            String law = "Amdahl, serial " + Numbers.percent(base.serial());
            rows.add(row(base.name(), measured, speedup, law, base.amdahl(), pairs));
        }
        double bytes = (double) (USERS + ITEMS) * FLOATS * Float.BYTES;
        return new Section(
                "Projected, not measured: an epoch of the paper's Meituan data on " + CORES + " cores",
                String.format(
                        Locale.ROOT,
                        "%,d positives (table 1 of the paper) with %d negatives each: %,.0f pairs.",
                        POSITIVES,
                        StepSize.NEGATIVES,
                        pairs),
                List.of("from", "pairs/s", "speedup of the threads", "assumption", "pairs/s on " + CORES, "hours"),
                rows,
                List.of(
                        "The first line of each pair is a bound: memory is shared and threads meet several times a"
                            + " step. The second takes the share of a step that does not get faster from the measured"
                            + " speedup of the threads. Neither knows of more than one socket.",
                        "A batch of 256 positives has few rows for " + CORES + " threads; larger batches divide better,"
                                + " but are another training than the paper's.",
                        "All interactions are trained on, as if the day that the paper keeps for testing were not left"
                                + " out. Reading and judging are not counted. The items' and users' features are those"
                                + " of the measured data.",
                        "The tables and Adam's moments would take " + Numbers.bytes(bytes)
                                + ", and a row is farther away"
                                + " in so much memory than in the measured tables: a slowdown that is not counted."));
    }

    private static List<String> row(
            String name, String measured, String speedup, String assumption, double rate, double pairs) {
        return List.of(name, measured, speedup, assumption, Numbers.rounded(rate), Numbers.figure(pairs / rate / 3600));
    }
}

package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Training beside its peers: steps of several sizes, whole epochs, and what follows from them.
 *
 * @param steps results of {@code TrainStepBenchmark}, of ours and of peers
 * @param epochs measured as whole processes
 * @param machine the limits
 */
record Training(List<Result> steps, List<Epoch> epochs, Machine machine) {
    private static final Map<String, String> NAMES =
            Map.of("vector", "Dovetail", "scalar", "Dovetail, scalar", "torch", "PyTorch", "tensorflow", "TensorFlow");

    static Training of(Findings findings) {
        return new Training(
                findings.results().stream().filter(StepSize::fits).toList(), findings.epochs(), findings.machine());
    }

    /** {@return the sections of a page, those that have figures} */
    List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        if (!steps.isEmpty()) {
            sections.add(stepSection());
        }
        if (!epochs.isEmpty()) {
            sections.add(epochSection());
        }
        Projection.of(this).ifPresent(projection -> sections.add(projection.section()));
        return sections;
    }

    /** {@return how many times as fast as the fastest peer ours is, the geometric mean over the sizes} */
    OptionalDouble againstPeers() {
        List<Double> ratios = new ArrayList<>();
        for (Kernel kernel : Kernel.of(steps)) {
            for (Kernel.Case one : kernel.cases()) {
                ours(one)
                        .ifPresent(ours -> one.results().stream()
                                .filter(result -> Backend.isPeer(result.backend()))
                                .mapToDouble(peer -> ratio(ours, peer))
                                .min()
                                .ifPresent(ratios::add));
            }
        }
        return Figure.geometricMean(ratios);
    }

    /** {@return pairs a second of our steps of a size, if it was measured} */
    OptionalDouble pairsPerSecond(StepSize size) {
        return steps.stream()
                .filter(result ->
                        Backend.isOurs(result.backend()) && StepSize.of(result).equals(size))
                .mapToDouble(Training::pairsPerSecond)
                .findFirst();
    }

    private Section stepSection() {
        List<List<String>> rows = new ArrayList<>();
        List<Kernel> kernels = Kernel.of(steps);
        for (Kernel kernel : kernels) {
            for (Kernel.Case one : kernel.cases()) {
                one.results().forEach(result -> rows.add(row(one, result)));
            }
        }
        List<String> speedups = new ArrayList<>();
        Comparison.scaling(kernels)
                .forEach((name, ratios) -> speedups.add(name + ": "
                        + KernelTable.ratio(Figure.geometricMean(ratios).orElse(Double.NaN)) + " times as fast"));
        return new Section(
                "A training step beside PyTorch and TensorFlow",
                "DAT with its losses and Adam, " + StepSize.NEGATIVES + " negatives for each positive; 700,000 users,"
                        + " 250,000 items, 11 categories, towers of 96-256-128-32.",
                List.of("batch", "threads", "side", "ms per step", "of rounds", "pairs/s", "of the peak", "ours to it"),
                rows,
                notes(speedups));
    }

    private static List<String> notes(List<String> speedups) {
        List<String> notes = new ArrayList<>(List.of(
                "A round is a JVM of ours, then a process of each peer. A figure is the median over the rounds"
                        + " of a round's median; \"ours to it\" is the median over the rounds of how many times as"
                        + " fast as this side ours was in the same round.",
                "Of the peak: the towers' nominal operations, " + Numbers.figure(operationsOfAPair() / 1e6)
                        + " million a pair, against the measured peak of multiply-adds of one thread times the"
                        + " threads. A row of each pair counts. Ours computes an item that occurs twice in a"
                        + " batch once, and shares products of values that occur often; the peers do not.",
                "Ours draws the negatives within the step; the peers get their batches ready made."));
        notes.addAll(speedups);
        return notes;
    }

    private static double operationsOfAPair() {
        StepSize size = new StepSize(1, 1);
        return size.flops() / size.pairs();
    }

    private List<String> row(Kernel.Case one, Result result) {
        StepSize size = StepSize.of(result);
        Figure ms = milliseconds(result);
        double flops = size.flops() * pairsPerSecond(result) / size.pairs();
        return List.of(
                String.format(Locale.ROOT, "%,d positives, %,d pairs", size.positives(), size.pairs()),
                String.valueOf(size.threads()),
                NAMES.getOrDefault(result.backend(), result.backend()),
                Numbers.figure(ms.median()),
                Numbers.figure(ms.least()) + " to " + Numbers.figure(ms.greatest()) + ", "
                        + ms.forks().size(),
                Numbers.rounded(pairsPerSecond(result)),
                machine.peak(1).isPresent()
                        ? Numbers.percent(
                                flops / (size.threads() * machine.peak(1).getAsDouble()))
                        : "–",
                Backend.isOurs(result.backend())
                        ? "1"
                        : ours(one)
                                .map(ours -> KernelTable.ratio(ratio(ours, result)))
                                .orElse("–"));
    }

    private static Optional<Result> ours(Kernel.Case one) {
        return one.results().stream()
                .filter(result -> Backend.isOurs(result.backend()))
                .findFirst();
    }

    private static Figure milliseconds(Result step) {
        return step.score()
                .perSecond()
                .orElseThrow(() ->
                        new IllegalStateException("a step in " + step.score().unit()))
                .map("ms/op", calls -> 1e3 / calls);
    }

    private static double pairsPerSecond(Result step) {
        return StepSize.of(step).pairs() / (milliseconds(step).median() * 1e-3);
    }

    /** The median over the rounds, if both took part in each; else that of the medians. */
    private static double ratio(Result ours, Result other) {
        List<Double> mine = milliseconds(ours).forks();
        List<Double> others = milliseconds(other).forks();
        if (mine.size() != others.size()) {
            return Figure.median(others) / Figure.median(mine);
        }
        return Figure.median(IntStream.range(0, mine.size())
                .mapToObj(round -> others.get(round) / mine.get(round))
                .toList());
    }

    private Section epochSection() {
        return new Section(
                "An epoch as a whole process",
                "The command `dovetail train` for one epoch: reading the data, training, judging every user of valid"
                        + " against all items, writing the run.",
                List.of("data", "batch", "threads", "pairs", "training", "pairs/s", "whole process", "of the runs"),
                epochs.stream().map(Epoch::row).toList(),
                epochs.stream()
                        .map(Epoch::about)
                        .filter(about -> !about.isEmpty())
                        .toList());
    }
}

package io.dovetail.jmh.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The limits of the machine, as its own benchmarks measured them.
 *
 * @param peaks floating point operations a second
 * @param bandwidths bytes a second
 */
record Machine(List<Peak> peaks, List<Bandwidth> bandwidths) {
    static final String BENCHMARK = "MachineBenchmark";

    /** How much of the bytes each kind of traffic writes. */
    private static final Map<String, Double> WRITTEN =
            Map.of("read", 0.0, "update", 1.0 / 3, "triad", 1.0 / 3, "copy", 1.0 / 2, "fill", 1.0, "write", 1.0);

    /** A measured peak of so many threads. */
    record Peak(int team, double flops) {}

    /** A measured bandwidth: kind of traffic, size of the arrays together, threads. */
    record Bandwidth(String kind, double workingSet, int team, double bytes) {
        String label() {
            return kind + ", " + Numbers.bytes(workingSet);
        }
    }

    /** How near a result is to a limit, and to which. */
    record Share(double share, String limit) {}

    Machine {
        peaks = List.copyOf(peaks);
        bandwidths = List.copyOf(bandwidths);
    }

    static Machine of(List<Result> results) {
        List<Result> own = results.stream().filter(Machine::isLimit).toList();
        List<Peak> peaks = own.stream()
                .flatMap(result -> result.flops().stream().map(flops -> new Peak(result.team(), flops.median())))
                .toList();
        List<Bandwidth> bandwidths = own.stream()
                .flatMap(result -> result.bytes().stream().map(bytes -> bandwidth(result, bytes)))
                .sorted(Comparator.comparingDouble(Bandwidth::workingSet))
                .toList();
        return new Machine(peaks, bandwidths);
    }

    static boolean isLimit(Result result) {
        return result.family().equals(BENCHMARK);
    }

    private static Bandwidth bandwidth(Result result, Figure bytes) {
        double workingSet = Sizes.workingSet(result.params())
                .orElseGet(() -> result.bytesPerCall().orElse(Double.NaN));
        return new Bandwidth(result.method(), workingSet, result.team(), bytes.median());
    }

    /** The peak of so many threads, if it was measured. */
    OptionalDouble peak(int team) {
        return peaks.stream()
                .filter(peak -> peak.team() == team)
                .mapToDouble(Peak::flops)
                .max();
    }

    /** The fastest kind of traffic for each size, the smallest first. */
    List<Bandwidth> roofs(int team) {
        return bandwidths.stream()
                .filter(b -> b.team() == team && !Double.isNaN(b.workingSet()))
                .mapToDouble(Bandwidth::workingSet)
                .distinct()
                .mapToObj(size -> fastest(bandwidths.stream()
                                .filter(b -> b.team() == team && b.workingSet() == size)
                                .toList())
                        .orElseThrow())
                .toList();
    }

    /**
     * The bandwidth that bounds a result: of the size nearest to what a call moves, and the fastest whose share of
     * writes is nearest. If the benchmark does not tell what it writes, the fastest of all.
     */
    Optional<Bandwidth> bandwidth(Result result) {
        OptionalDouble moved = result.bytesPerCall();
        List<Bandwidth> fitting = bandwidths.stream()
                .filter(b -> b.team() == result.team() && !Double.isNaN(b.workingSet()))
                .toList();
        if (moved.isEmpty() || fitting.isEmpty()) {
            return Optional.empty();
        }
        double size = fitting.stream()
                .map(Bandwidth::workingSet)
                .min(Comparator.comparingDouble(s -> Math.abs(Math.log(s / moved.getAsDouble()))))
                .orElseThrow();
        List<Bandwidth> level =
                fitting.stream().filter(b -> b.workingSet() == size).toList();
        OptionalDouble written = result.written();
        if (written.isEmpty()) {
            return fastest(level);
        }
        return level.stream()
                .filter(b -> !Double.isNaN(writtenBy(b)))
                .min(Comparator.<Bandwidth>comparingDouble(b -> Math.abs(writtenBy(b) - written.getAsDouble()))
                        .thenComparing(Bandwidth::bytes, Comparator.reverseOrder()))
                .or(() -> fastest(level));
    }

    /** The share of the limit that binds: of the peak or of the bandwidth, whichever the result is nearer to. */
    Optional<Share> share(Result result) {
        OptionalDouble peak = peak(result.team());
        Optional<Figure> flops = result.flops();
        Optional<Share> ofPeak = flops.isPresent() && peak.isPresent()
                ? Optional.of(new Share(flops.get().median() / peak.getAsDouble(), "peak"))
                : Optional.empty();
        Optional<Bandwidth> bandwidth = bandwidth(result);
        OptionalDouble moved = result.bytesPerCall();
        Optional<Double> calls = result.score().perSecond().map(Figure::median);
        Optional<Share> ofBandwidth = bandwidth.isPresent() && moved.isPresent() && calls.isPresent()
                ? Optional.of(new Share(
                        moved.getAsDouble() * calls.get() / bandwidth.get().bytes(),
                        bandwidth.get().label()))
                : Optional.empty();
        return ofPeak.isPresent() && ofBandwidth.isPresent()
                ? Optional.of(ofPeak.get().share() >= ofBandwidth.get().share() ? ofPeak.get() : ofBandwidth.get())
                : ofPeak.or(() -> ofBandwidth);
    }

    /** A kind may be measured in several ways: {@code copyLoop} is a {@code copy}. */
    private static double writtenBy(Bandwidth bandwidth) {
        String kind = bandwidth.kind().replaceFirst("[A-Z].*", "");
        return WRITTEN.getOrDefault(kind, Double.NaN);
    }

    private static Optional<Bandwidth> fastest(List<Bandwidth> some) {
        return some.stream().max(Comparator.comparingDouble(Bandwidth::bytes));
    }
}

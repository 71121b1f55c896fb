package io.dovetail.jmh.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One benchmark with one set of parameters.
 *
 * @param benchmark class and method, without the package
 * @param mode of JMH: {@code thrpt}, {@code avgt}, {@code sample} or {@code ss}
 * @param callers threads that called it
 * @param params the parameters but the backend, by name
 * @param backend whose kernel it was, or empty
 * @param score the primary result
 * @param more the secondary results, by name
 */
record Result(
        String benchmark,
        String mode,
        int callers,
        Map<String, String> params,
        String backend,
        Figure score,
        Map<String, Figure> more) {
    private static final String TEAM = "threads";

    /** With what the name of a counter begins, and how many that is. */
    private static final Map<String, Double> PREFIXES = Map.of("", 1.0, "mega", 1e6, "giga", 1e9);

    /** The result of the same in more forks. */
    Result and(Result other) {
        Map<String, Figure> all = new LinkedHashMap<>(more);
        other.more.forEach((name, figure) -> all.merge(name, figure, Figure::and));
        return new Result(benchmark, mode, callers, params, backend, score.and(other.score), all);
    }

    /** What tells it from other results. */
    String key() {
        return benchmark + ' ' + mode + ' ' + callers + ' ' + params + ' ' + backend;
    }

    /** {@return the class of the benchmark} */
    String family() {
        return benchmark.substring(0, benchmark.indexOf('.'));
    }

    /** {@return the method of the benchmark} */
    String method() {
        return benchmark.substring(benchmark.indexOf('.') + 1);
    }

    /** {@return how many threads worked: a benchmark may name its team in a parameter} */
    int team() {
        return callers * Sizes.number(params.getOrDefault(TEAM, "1")).orElse(1);
    }

    /** {@return what tells it from other results, but for the size of its team} */
    String withoutTeam() {
        Map<String, String> others = new LinkedHashMap<>(params);
        others.remove(TEAM);
        return benchmark + ' ' + mode + ' ' + callers + ' ' + others + ' ' + backend;
    }

    /** {@return floating point operations a second, if it counts them} */
    Optional<Figure> flops() {
        return rate("flops");
    }

    /** {@return bytes read and written a second, if it counts them} */
    Optional<Figure> bytes() {
        return rate("bytes");
    }

    /** {@return bytes allocated per call, if a profiler told} */
    OptionalDouble allocation() {
        Figure norm = more.get("gc.alloc.rate.norm");
        return norm == null ? OptionalDouble.empty() : OptionalDouble.of(norm.median());
    }

    /** {@return megabytes allocated a second, if a profiler told} */
    OptionalDouble allocationRate() {
        Figure rate = more.get("gc.alloc.rate");
        return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate.median());
    }

    /** {@return bytes read and written by one call: counted, or what a product of its shape must move} */
    OptionalDouble bytesPerCall() {
        Optional<Double> calls = score.perSecond().map(Figure::median);
        Optional<Double> bytes = bytes().map(Figure::median);
        if (calls.isPresent() && bytes.isPresent()) {
            return OptionalDouble.of(bytes.get() / calls.get());
        }
        return flops().isPresent() ? Sizes.leastTraffic(params) : OptionalDouble.empty();
    }

    /** {@return the share of the bytes that is written, if it counts them} */
    OptionalDouble written() {
        Optional<Double> written = rate("bytesWritten").map(Figure::median);
        Optional<Double> all = bytes().map(Figure::median);
        return written.isPresent() && all.isPresent()
                ? OptionalDouble.of(written.get() / all.get())
                : OptionalDouble.empty();
    }

    /** {@return the arithmetic intensity, floating point operations per byte} */
    OptionalDouble intensity() {
        Optional<Double> calls = score.perSecond().map(Figure::median);
        Optional<Double> flops = flops().map(Figure::median);
        OptionalDouble bytes = bytesPerCall();
        return calls.isPresent() && flops.isPresent() && bytes.isPresent()
                ? OptionalDouble.of(flops.get() / calls.get() / bytes.getAsDouble())
                : OptionalDouble.empty();
    }

    private Optional<Figure> rate(String counter) {
        return PREFIXES.entrySet().stream()
                .flatMap(prefix -> Optional.ofNullable(more.get(prefix.getKey() + counter)).stream()
                        .flatMap(figure -> figure.perSecond().stream())
                        .map(figure -> figure.map(figure.unit(), count -> count * prefix.getValue())))
                .findFirst();
    }
}

package io.dovetail.jmh.report;

import java.util.List;
import java.util.Optional;

/** What is shown of a kernel: the work it does in a second if it counts it, else its own figure. */
enum Measure {
    /** Floating point operations. */
    GIGAFLOPS("GFLOP/s"),
    /** Bytes read and written. */
    GIGABYTES("GB/s"),
    /** Calls, or what a call is counted as, by the time unit of the benchmark. */
    RATE(""),
    /** Time of a call, of which less is better. */
    TIME("time");

    /** Below so many operations per byte a kernel is judged by the bytes that it moves. */
    private static final double LOW_INTENSITY = 2;

    private static final double GIGA = 1e9;

    private final String unit;

    Measure(String unit) {
        this.unit = unit;
    }

    /** The measure that all results of a kernel have. */
    static Measure of(List<Result> results) {
        boolean countsBytes = results.stream().allMatch(r -> r.bytes().isPresent());
        boolean countsWork = results.stream().allMatch(r -> r.flops().isPresent());
        boolean movesMore = results.stream()
                .anyMatch(r -> r.intensity().isPresent() && r.intensity().getAsDouble() < LOW_INTENSITY);
        if (countsBytes && (!countsWork || movesMore)) {
            return GIGABYTES;
        }
        if (countsWork) {
            return GIGAFLOPS;
        }
        return results.stream().noneMatch(r -> r.score().isTime()) ? RATE : TIME;
    }

    /** The figure of a result. */
    Figure of(Result result) {
        return switch (this) {
            case GIGAFLOPS -> giga(result.flops(), result);
            case GIGABYTES -> giga(result.bytes(), result);
            case RATE -> result.score();
            case TIME ->
                result.score()
                        .perSecond()
                        .map(calls -> calls.map("s/op", rate -> 1 / rate))
                        .orElse(result.score());
        };
    }

    private Figure giga(Optional<Figure> work, Result result) {
        return work.map(figure -> figure.map(unit, value -> value / GIGA)).orElse(result.score());
    }

    /** How fast a value is, in whatever unit: more is better. */
    double speed(double value) {
        return this == TIME ? 1 / value : value;
    }

    /** The unit, for the head of a column. */
    String unit(List<Result> results) {
        return this == RATE ? results.getFirst().score().unit() : unit;
    }

    /** A value without the unit of the column; a time has its own. */
    String text(double value) {
        return this == TIME ? Numbers.time(value) : Numbers.figure(value);
    }
}

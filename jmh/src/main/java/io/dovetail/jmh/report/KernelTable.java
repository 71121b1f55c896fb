package io.dovetail.jmh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The figures of a kernel in words.
 *
 * @param head names of the columns
 * @param rows one per result
 */
record KernelTable(List<String> head, List<List<String>> rows) {
    /** Megabytes a second that the profiler itself allocates: some hundred bytes a call, if calls are long. */
    private static final double NOISE = 0.05;

    static KernelTable of(Kernel kernel, Machine machine) {
        List<Result> results = kernel.results();
        Measure measure = Measure.of(results);
        boolean allocations = results.stream().anyMatch(r -> r.allocation().isPresent());
        boolean rivals = kernel.cases().stream()
                .anyMatch(
                        one -> one.results().stream().anyMatch(r -> one.rival(r).isPresent()));
        boolean limits = results.stream().anyMatch(r -> machine.share(r).isPresent());
        List<String> head = new ArrayList<>(List.of("parameters", "backend", measure.unit(results), "of forks"));
        addIf(allocations, head, "B/op");
        addIf(rivals, head, "times as fast");
        addIf(limits, head, "of the limit");
        List<List<String>> rows = new ArrayList<>();
        for (Kernel.Case one : kernel.cases()) {
            for (Result result : one.results()) {
                List<String> row = new ArrayList<>();
                row.add(one.label().isEmpty() ? "–" : one.label());
                row.add(result.backend().isEmpty() ? "–" : result.backend());
                row.add(value(measure, result));
                row.add(spread(measure, measure.of(result)));
                addIf(allocations, row, allocation(result));
                addIf(rivals, row, compared(one, result));
                addIf(limits, row, share(machine, result));
                rows.add(row);
            }
        }
        return new KernelTable(head, rows);
    }

    private static String value(Measure measure, Result result) {
        String value = measure.text(measure.of(result).median());
        Figure tail = result.more().get(JmhFile.TAIL);
        return tail == null ? value : value + " (p99 " + timeOf(tail) + ")";
    }

    private static String timeOf(Figure tail) {
        return tail.perSecond().map(calls -> Numbers.time(1 / calls.median())).orElse("–");
    }

    private static String spread(Measure measure, Figure figure) {
        int forks = figure.forks().size();
        return forks == 1
                ? "1 fork"
                : measure.text(figure.least()) + " to " + measure.text(figure.greatest()) + ", " + forks + " forks";
    }

    private static String allocation(Result result) {
        if (result.allocation().isEmpty()) {
            return "";
        }
        boolean noise = result.allocationRate().orElse(NOISE) < NOISE;
        String bytes = Numbers.allocation(result.allocation().getAsDouble());
        return noise && !bytes.equals("0") ? "≈ 0" : bytes;
    }

    private static String compared(Kernel.Case one, Result result) {
        return one.rival(result)
                .map(rival -> ratio(Kernel.ratio(result, rival)) + " × " + rival.backend())
                .orElse("");
    }

    /** A ratio with two decimals where they tell something. */
    static String ratio(double ratio) {
        if (Double.isNaN(ratio)) {
            return "–";
        }
        return ratio < 10 ? String.format(Locale.ROOT, "%.2f", ratio) : Numbers.figure(ratio);
    }

    private static String share(Machine machine, Result result) {
        return machine.share(result)
                .map(share -> Numbers.percent(share.share()) + " of " + share.limit())
                .orElse("");
    }

    private static void addIf(boolean present, List<String> cells, String cell) {
        if (present) {
            cells.add(cell);
        }
    }
}

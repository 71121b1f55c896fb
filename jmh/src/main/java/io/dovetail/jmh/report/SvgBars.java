package io.dovetail.jmh.report;

import io.dovetail.app.page.Markup;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Bars of a kernel: a group per case, a bar per backend with its value and its share of the limit, whiskers from the
 * slowest to the fastest fork. Longer is faster on every chart: work per second on a common scale, or, of times, the
 * speed relative to the fastest of the case.
 *
 * @param kernel whose results
 * @param machine its limits
 */
record SvgBars(Kernel kernel, Machine machine) {
    private static final int WIDTH = 560;
    private static final int LEFT = 84;
    private static final int RIGHT = 118;
    private static final int BAR = 16;
    private static final int LABEL = 20;
    private static final int GAP = 8;

    /** Draws the chart. */
    void draw(Markup page) {
        Measure measure = Measure.of(kernel.results());
        OptionalDouble limit = limit(measure);
        int top = limit.isPresent() ? LABEL : 0;
        int height = top + GAP;
        for (Kernel.Case one : kernel.cases()) {
            height += groupHeight(one);
        }
        page.open("svg").with("viewBox", "0 0 " + WIDTH + " " + height).with("role", "img");
        page.with("aria-label", kernel.benchmark() + " " + kernel.fixed());
        double common = Math.max(limit.orElse(0), greatest(measure));
        limit.ifPresent(value -> drawLimit(page, value, common));
        int y = top + GAP / 2;
        for (Kernel.Case one : kernel.cases()) {
            drawGroup(page, measure, one, longest(measure, one, common), y);
            y += groupHeight(one);
        }
        page.close();
    }

    private static int groupHeight(Kernel.Case one) {
        return (one.label().isEmpty() ? 0 : LABEL) + one.results().size() * BAR + GAP;
    }

    private void drawGroup(Markup page, Measure measure, Kernel.Case one, double longest, int top) {
        int y = top;
        if (!one.label().isEmpty()) {
            page.open("text", "label").with("x", 0).with("y", y + LABEL - 6).text(one.label());
            page.close();
            y += LABEL;
        }
        for (Result result : one.results()) {
            page.open("g", Backend.style(result.backend()));
            page.open("text", "tick end").with("x", LEFT - 8).with("y", y + BAR - 4);
            page.text(result.backend()).close();
            drawBar(page, measure, result, longest, y);
            page.close();
            y += BAR;
        }
    }

    private void drawBar(Markup page, Measure measure, Result result, double longest, int y) {
        Figure figure = measure.of(result);
        double end = x(measure.speed(figure.median()) / longest);
        page.open("rect", "bar").with("x", LEFT).with("y", y + 1).with("rx", 2);
        page.with("width", end - LEFT).with("height", BAR - 3).close();
        double slow = x(Math.min(measure.speed(figure.least()), measure.speed(figure.greatest())) / longest);
        double fast = x(Math.max(measure.speed(figure.least()), measure.speed(figure.greatest())) / longest);
        double middle = y + BAR / 2.0 - 0.5;
        if (fast - slow > 1) {
            page.open("path", "whisker");
            page.with("d", whisker(slow, fast, middle)).close();
        }
        String share = machine.share(result)
                .map(s -> " · " + Numbers.percent(s.share()))
                .orElse("");
        // no figure is crossed by the line of the limit: beyond it they stand in a column
        double x = limit(measure).isPresent() ? WIDTH - RIGHT : Math.max(end, fast);
        page.open("text", "value").with("x", x + 6).with("y", y + BAR - 4);
        page.text(measure.text(figure.median()) + share).close();
    }

    /** The path of a whisker. */
    static String whisker(double from, double to, double y) {
        String a = Markup.decimal(from);
        String b = Markup.decimal(to);
        String low = Markup.decimal(y - 4);
        String high = Markup.decimal(y + 4);
        String at = Markup.decimal(y);
        return "M%s %s L%s %s M%s %s L%s %s M%s %s L%s %s".formatted(a, at, b, at, a, low, a, high, b, low, b, high);
    }

    private void drawLimit(Markup page, double value, double longest) {
        double x = x(value / longest);
        int height = LABEL;
        for (Kernel.Case one : kernel.cases()) {
            height += groupHeight(one);
        }
        page.open("line", "limit")
                .with("x1", x)
                .with("x2", x)
                .with("y1", LABEL - 4)
                .with("y2", height);
        page.close();
        page.open("text", "tick middle").with("x", x).with("y", LABEL - 8);
        page.text("FMA peak " + Numbers.figure(value)).close();
    }

    /** The peak, on a chart of operations of one size of team. */
    private OptionalDouble limit(Measure measure) {
        long teams = kernel.results().stream().mapToInt(Result::team).distinct().count();
        OptionalDouble peak = machine.peak(kernel.results().getFirst().team());
        return measure == Measure.GIGAFLOPS && teams == 1 && peak.isPresent()
                ? OptionalDouble.of(peak.getAsDouble() / 1e9)
                : OptionalDouble.empty();
    }

    private double greatest(Measure measure) {
        return kernel.results().stream()
                .mapToDouble(result -> measure.of(result).greatest())
                .max()
                .orElse(1);
    }

    /** The speed of a bar of full length: times are compared within a case, unless each case is alone. */
    private double longest(Measure measure, Kernel.Case one, double common) {
        if (measure != Measure.TIME) {
            return common;
        }
        boolean compared =
                kernel.cases().stream().anyMatch(some -> some.results().size() > 1);
        List<Result> with = compared ? one.results() : kernel.results();
        return with.stream()
                .mapToDouble(result -> measure.speed(measure.of(result).least()))
                .max()
                .orElse(1);
    }

    private static double x(double share) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.clamp(share, 0, 1);
    }
}

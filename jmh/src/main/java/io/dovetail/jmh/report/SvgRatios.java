package io.dovetail.jmh.report;

import io.dovetail.app.page.Markup;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Bars of the ratios of a duel, two per shape, with a line where both sides are equally fast.
 *
 * @param title what a screen reader says
 * @param bouts at least one
 */
record SvgRatios(String title, List<Duel.Bout> bouts) {
    private static final int WIDTH = 560;
    private static final int LEFT = 160;
    private static final int RIGHT = 60;
    private static final int BAR = 15;
    private static final int TOP = 22;
    private static final int GAP = 9;

    /** Draws the legend and the chart. */
    void draw(Markup page) {
        drawLegend(page);
        int height = TOP + bouts.size() * (2 * BAR + GAP);
        double longest = Math.max(
                1.1, bouts.stream().flatMapToDouble(SvgRatios::ratios).max().orElse(1));
        page.open("svg").with("viewBox", "0 0 " + WIDTH + " " + height).with("role", "img");
        page.with("aria-label", title);
        double even = x(1 / longest);
        page.open("line", "limit")
                .with("x1", even)
                .with("x2", even)
                .with("y1", TOP - 4)
                .with("y2", height - GAP);
        page.close();
        page.open("text", "tick middle").with("x", even).with("y", TOP - 8).text("equal");
        page.close();
        int y = TOP;
        for (Duel.Bout bout : bouts) {
            page.open("text", "label end")
                    .with("x", LEFT - 10)
                    .with("y", y + BAR - 3)
                    .text(bout.shape());
            page.close();
            page.open("text", "tick end").with("x", LEFT - 10).with("y", y + 2 * BAR - 3);
            page.text(Numbers.figure(bout.gigaflops(bout.ours())) + " GFLOP/s · " + Numbers.percent(bout.ofPeak()));
            page.close();
            drawBar(page, "over-blas", bout.overBlas(), longest, y);
            drawBar(page, "over-fastest", bout.overFastest(), longest, y + BAR);
            y += 2 * BAR + GAP;
        }
        page.close();
    }

    private static void drawLegend(Markup page) {
        page.open("ul", "legend");
        drawKey(page, "over-blas", "over " + Duel.OVER_BLAS);
        drawKey(page, "over-fastest", "over " + Duel.OVER_FASTEST);
        page.close();
    }

    private static void drawKey(Markup page, String style, String name) {
        page.open("li", style);
        page.open("svg", "key").with("viewBox", "0 0 28 12").with("aria-hidden", "true");
        page.open("rect", "bar").with("x", 4).with("y", 1).with("width", 20).with("height", 10);
        page.close().close();
        page.element("span", name).close();
    }

    private static void drawBar(Markup page, String style, double ratio, double longest, int y) {
        if (Double.isNaN(ratio)) {
            return;
        }
        double end = x(ratio / longest);
        page.open("g", style);
        page.open("rect", "bar").with("x", LEFT).with("y", y + 1).with("rx", 2).with("width", end - LEFT);
        page.with("height", BAR - 3).close();
        page.open("text", "value").with("x", WIDTH - RIGHT + 6).with("y", y + BAR - 4);
        page.text(KernelTable.ratio(ratio)).close().close();
    }

    private static DoubleStream ratios(Duel.Bout bout) {
        return DoubleStream.of(bout.overBlas(), bout.overFastest()).filter(ratio -> !Double.isNaN(ratio));
    }

    private static double x(double share) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.clamp(share, 0, 1);
    }
}

package io.dovetail.jmh.report;

import io.dovetail.app.page.Markup;
import java.util.List;
import java.util.Map;

/**
 * Bars of ratios in groups, with a line where both sides are equally fast.
 *
 * @param title what a screen reader says
 * @param groups bouts by shape
 */
record SvgRatios(String title, Map<String, List<Duel.Bout>> groups) {
    private static final int WIDTH = 900;
    private static final int NAMES = 230;
    private static final int LEFT = 310;
    private static final int RIGHT = 120;
    private static final int BAR = 15;
    private static final int TOP = 22;
    private static final int GAP = 9;

    void draw(Markup page) {
        int height = TOP
                + groups.values().stream().mapToInt(g -> g.size() * BAR + GAP).sum();
        double greatest = groups.values().stream()
                .flatMap(List::stream)
                .mapToDouble(bout -> Double.isNaN(bout.high()) ? bout.ratio() : bout.high())
                .max()
                .orElse(1);
        double longest = Math.max(1.1, greatest);
        page.open("svg").with("viewBox", "0 0 " + WIDTH + " " + height).with("role", "img");
        page.with("aria-label", title);
        int y = TOP;
        for (Map.Entry<String, List<Duel.Bout>> group : groups.entrySet()) {
            page.open("text", "label end").with("x", NAMES);
            page.with("y", y + group.getValue().size() * BAR / 2.0 + 4).text(group.getKey());
            page.close();
            for (Duel.Bout bout : group.getValue()) {
                page.open("g", Backend.style(bout.rival()));
                drawBar(page, bout, longest, y);
                page.close();
                y += BAR;
            }
            y += GAP;
        }
        double even = x(1 / longest);
        page.open("line", "limit")
                .with("x1", even)
                .with("x2", even)
                .with("y1", TOP - 4)
                .with("y2", height - GAP);
        page.close();
        page.open("text", "tick middle").with("x", even).with("y", TOP - 8).text("equal");
        page.close().close();
    }

    private static void drawBar(Markup page, Duel.Bout bout, double longest, int y) {
        page.open("text", "tick end").with("x", LEFT - 8).with("y", y + BAR - 4).text(bout.rival());
        page.close();
        double end = x(bout.ratio() / longest);
        page.open("rect", "bar").with("x", LEFT).with("y", y + 1).with("rx", 2).with("width", end - LEFT);
        page.with("height", BAR - 3).close();
        double labelled = end;
        if (!Double.isNaN(bout.low())) {
            labelled = Math.max(end, x(bout.high() / longest));
            page.open("path", "whisker");
            page.with("d", SvgBars.whisker(x(bout.low() / longest), labelled, y + BAR / 2.0 - 0.5));
            page.close();
        }
        page.open("text", "value").with("x", labelled + 6).with("y", y + BAR - 4);
        page.text(KernelTable.ratio(bout.ratio()) + " · " + Numbers.figure(bout.ours()) + " : "
                + Numbers.figure(bout.theirs()));
        page.close();
    }

    private static double x(double share) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.clamp(share, 0, 1);
    }
}

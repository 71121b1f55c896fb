package io.dovetail.app.report;

import io.dovetail.app.page.Legend;
import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Scale;
import java.util.List;

/**
 * Lines over evenly spaced positions, each with its own dash, so that nothing depends on colour alone, with whiskers for
 * intervals. A value that is no finite number leaves a gap.
 *
 * @param title what a screen reader says
 * @param across name of the horizontal axis
 * @param positions labels of the positions
 * @param scale the vertical axis
 * @param series the lines
 */
record SvgLineChart(String title, String across, List<String> positions, Scale scale, List<Series> series) {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 270;
    private static final int LEFT = 52;
    private static final int RIGHT = 16;
    private static final int TOP = 14;
    private static final int BOTTOM = 44;
    private static final int MARGIN = 14;
    private static final int MOST_LABELS = 10;

    /** A last label of more characters would be cut off at the edge, if it stood in the middle under its position. */
    private static final int MOST_CHARACTERS = 8;

    /** Whiskers of two lines stand so far apart. */
    private static final int APART = 5;

    /** Draws the legend and the chart. */
    void draw(Markup page) {
        Legend.draw(page, series.stream().map(Series::name).toList());
        page.open("svg").with("viewBox", "0 0 " + WIDTH + " " + HEIGHT);
        page.with("role", "img").with("aria-label", title);
        drawScale(page);
        drawPositions(page);
        for (int s = 0; s < series.size(); s++) {
            page.open("g", Legend.style(s));
            drawLine(page, s);
            drawDots(page, s);
            page.close();
        }
        page.close();
    }

    private void drawScale(Markup page) {
        for (double tick : scale.ticks()) {
            double y = y(tick);
            page.open("line", "grid").with("x1", LEFT).with("x2", WIDTH - RIGHT).with("y1", y);
            page.with("y2", y).close();
            page.open("text", "tick end").with("x", LEFT - 8).with("y", y + 4);
            page.text(scale.label(tick)).close();
        }
    }

    private void drawPositions(Markup page) {
        int every = Math.max(1, (positions.size() + MOST_LABELS - 1) / MOST_LABELS);
        for (int p = 0; p < positions.size(); p += every) {
            String label = positions.get(p);
            boolean atEdge = p > 0 && p == positions.size() - 1 && label.length() > MOST_CHARACTERS;
            page.open("text", atEdge ? "tick end" : "tick middle").with("x", atEdge ? WIDTH : x(p));
            page.with("y", HEIGHT - BOTTOM + 18).text(label).close();
        }
        double middle = LEFT + (WIDTH - LEFT - RIGHT) / 2.0;
        page.open("text", "axis middle").with("x", middle).with("y", HEIGHT - 6);
        page.text(across).close();
    }

    private void drawLine(Markup page, int number) {
        Series line = series.get(number);
        StringBuilder path = new StringBuilder();
        boolean joined = false;
        for (int p = 0; p < positions.size(); p++) {
            boolean present = Double.isFinite(line.at(p));
            if (present) {
                path.append(joined ? 'L' : 'M')
                        .append(Markup.decimal(x(p, number)))
                        .append(' ');
                path.append(Markup.decimal(y(line.at(p)))).append(' ');
            }
            joined = present;
        }
        if (!path.isEmpty()) {
            page.open("path", "line").with("d", path.toString().strip()).close();
        }
    }

    private void drawDots(Markup page, int number) {
        Series line = series.get(number);
        for (int p = 0; p < positions.size(); p++) {
            if (Double.isFinite(line.at(p))) {
                if (line.margin(p) > 0) {
                    page.open("line", "whisker").with("x1", x(p, number)).with("x2", x(p, number));
                    page.with("y1", y(line.at(p) - line.margin(p)));
                    page.with("y2", y(line.at(p) + line.margin(p))).close();
                }
                page.open("circle", "dot")
                        .with("cx", x(p, number))
                        .with("cy", y(line.at(p)))
                        .with("r", 4);
                page.element("title", line.name() + " at " + positions.get(p) + ": " + Numbers.compact(line.at(p)));
                page.close();
            }
        }
    }

    /** A single position stands in the middle. */
    private double x(int position) {
        double inner = WIDTH - LEFT - RIGHT - 2 * MARGIN;
        double share = positions.size() == 1 ? 0.5 : (double) position / (positions.size() - 1);
        return LEFT + MARGIN + inner * share;
    }

    /** Where a line stands at a position: beside the others, if whiskers would lie upon each other. */
    private double x(int position, int number) {
        boolean whiskers = series.stream().anyMatch(line -> line.margin(position) > 0);
        return x(position) + (whiskers ? APART * (number - (series.size() - 1) / 2.0) : 0);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * scale.share(value);
    }
}

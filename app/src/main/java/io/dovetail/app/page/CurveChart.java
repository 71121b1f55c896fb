package io.dovetail.app.page;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Curves through points on a linear and a logarithmic axis, each with its own dash, so that nothing depends on colour alone.
 *
 * @param title what a screen reader says
 * @param across name of the linear axis
 * @param curves at most {@link Legend#STYLES} can be told apart
 * @param marks places on the linear axis to draw a line at
 */
public record CurveChart(String title, String across, List<Curve> curves, List<Double> marks) {

    /**
     * A curve.
     *
     * @param name what a legend calls it
     * @param points from left to right
     */
    public record Curve(String name, List<Point> points) {}

    /**
     * A point.
     *
     * @param x on the linear axis
     * @param y on the logarithmic axis, above 0
     * @param label what it is
     */
    public record Point(double x, double y, String label) {}

    private static final int WIDTH = 460;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 18;
    private static final int TOP = 14;
    private static final int BOTTOM = 44;

    /** Draws the legend and the chart. */
    public void draw(Markup page) {
        Legend.draw(page, curves.stream().map(Curve::name).toList());
        Scale horizontal = Scale.around(
                DoubleStream.concat(marks.stream().mapToDouble(Double::doubleValue), points().mapToDouble(Point::x)));
        LogScale vertical = LogScale.around(points().mapToDouble(Point::y));
        page.open("svg").with("viewBox", "0 0 " + WIDTH + " " + HEIGHT);
        page.with("role", "img").with("aria-label", title);
        drawAxes(page, horizontal, vertical);
        for (int c = 0; c < curves.size(); c++) {
            page.open("g", Legend.style(c));
            drawCurve(page, curves.get(c).points(), horizontal, vertical);
            page.close();
        }
        page.close();
    }

    private Stream<Point> points() {
        return curves.stream().flatMap(curve -> curve.points().stream());
    }

    private void drawAxes(Markup page, Scale horizontal, LogScale vertical) {
        for (double tick : vertical.ticks()) {
            line(page, "grid", LEFT, WIDTH - RIGHT, y(vertical, tick), y(vertical, tick));
            text(page, "tick end", LEFT - 8, y(vertical, tick) + 4, vertical.label(tick));
        }
        for (double tick : horizontal.ticks()) {
            line(page, "grid", x(horizontal, tick), x(horizontal, tick), TOP, HEIGHT - BOTTOM);
            text(page, "tick middle", x(horizontal, tick), HEIGHT - BOTTOM + 18, horizontal.label(tick));
        }
        for (double mark : marks) {
            line(page, "whisker", x(horizontal, mark), x(horizontal, mark), TOP, HEIGHT - BOTTOM);
        }
        text(page, "axis middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, across);
    }

    private static void drawCurve(Markup page, List<Point> points, Scale horizontal, LogScale vertical) {
        StringBuilder path = new StringBuilder();
        for (Point point : points) {
            path.append(path.isEmpty() ? 'M' : 'L').append(Markup.decimal(x(horizontal, point.x)));
            path.append(' ').append(Markup.decimal(y(vertical, point.y)));
        }
        if (!path.isEmpty()) {
            page.open("path", "line").with("d", path.toString()).close();
        }
        for (Point point : points) {
            page.open("circle", "dot").with("cx", x(horizontal, point.x)).with("cy", y(vertical, point.y));
            page.with("r", 4).element("title", point.label).close();
        }
    }

    private static void line(Markup page, String style, double x1, double x2, double y1, double y2) {
        page.open("line", style).with("x1", x1).with("x2", x2).with("y1", y1).with("y2", y2);
        page.close();
    }

    private static void text(Markup page, String style, double x, double y, String text) {
        page.open("text", style).with("x", x).with("y", y).text(text).close();
    }

    private static double x(Scale scale, double value) {
        return LEFT + (WIDTH - LEFT - RIGHT) * scale.share(value);
    }

    private static double y(LogScale scale, double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * scale.share(value);
    }
}

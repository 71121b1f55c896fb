package io.dovetail.jmh.report;

import io.dovetail.app.page.Markup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Operations per second against operations per byte, both logarithmic, under the roofs that the machine sets: its peak,
 * and its bandwidth for working sets of several sizes times the intensity.
 *
 * @param title what a screen reader says
 * @param points results that count their operations and have an intensity; at least one
 * @param machine the roofs, of the team of the first point
 */
record SvgRoofline(String title, List<Result> points, Machine machine) {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final int LEFT = 58;
    private static final int RIGHT = 20;
    private static final int TOP = 22;
    private static final int BOTTOM = 46;
    private static final double GIGA = 1e9;

    /** The axis goes down to so small a part of the peak at least. */
    private static final double ROOM = 8;

    /** Width of a letter of a roof's label, roughly. */
    private static final double LETTER = 6.5;

    /** Roofs whose labels would be nearer than so many pixels have one label. */
    private static final int LINE = 15;

    /** Whether a result can be drawn. */
    static boolean fits(Result result) {
        return result.flops().isPresent() && result.intensity().isPresent();
    }

    /** Draws the chart. */
    void draw(Markup page) {
        LogScale across = across();
        LogScale up = up(across);
        page.open("svg", "roofline")
                .with("viewBox", "0 0 " + WIDTH + " " + HEIGHT)
                .with("role", "img");
        page.with("aria-label", title);
        drawAxes(page, across, up);
        drawRoofs(page, across, up);
        for (Result point : points) {
            drawPoint(page, point, across, up);
        }
        page.close();
    }

    private LogScale across() {
        double least = intensities().min().orElse(1);
        double greatest = intensities().max().orElse(1);
        // as far as the ridge of the fastest memory, so that all roofs are seen
        double ridge = machine.roofs(team()).stream()
                .mapToDouble(roof -> peak().orElse(Double.NaN) / (roof.bytes() / GIGA))
                .filter(intensity -> intensity > 0)
                .min()
                .orElse(least);
        return LogScale.around(Math.min(least / 2, ridge / 4), greatest * 2);
    }

    private DoubleStream intensities() {
        return points.stream().mapToDouble(point -> point.intensity().orElse(1));
    }

    private LogScale up(LogScale across) {
        double least = points.stream().mapToDouble(SvgRoofline::gigaflops).min().orElse(1);
        double greatest =
                points.stream().mapToDouble(SvgRoofline::gigaflops).max().orElse(1);
        double roof = peak().orElse(machine.roofs(team()).stream()
                .mapToDouble(b -> b.bytes() / GIGA * across.high())
                .max()
                .orElse(greatest));
        // low enough for a length of the slopes to be seen
        return LogScale.around(Math.min(least, roof / ROOM) / 2, Math.max(greatest, roof) * 1.2);
    }

    private void drawAxes(Markup page, LogScale across, LogScale up) {
        for (double tick : up.ticks()) {
            double y = y(up, tick);
            page.open("line", "grid").with("x1", LEFT).with("x2", WIDTH - RIGHT).with("y1", y);
            page.with("y2", y).close();
            page.open("text", "tick end").with("x", LEFT - 8).with("y", y + 4);
            page.text(LogScale.label(tick)).close();
        }
        for (double tick : across.ticks()) {
            double x = x(across, tick);
            page.open("line", "grid").with("x1", x).with("x2", x).with("y1", TOP);
            page.with("y2", HEIGHT - BOTTOM).close();
            page.open("text", "tick middle").with("x", x).with("y", HEIGHT - BOTTOM + 18);
            page.text(LogScale.label(tick)).close();
        }
        page.open("text", "axis middle").with("x", (LEFT + WIDTH - RIGHT) / 2.0).with("y", HEIGHT - 6);
        page.text("floating point operations per byte").close();
        page.open("text", "axis").with("x", 4).with("y", 12).text("GFLOP/s");
        page.close();
    }

    private void drawRoofs(Markup page, LogScale across, LogScale up) {
        OptionalDouble peak = peak();
        double top = Math.min(peak.orElse(up.high()), up.high());
        if (peak.isPresent()) {
            drawLine(page, across, up, across.low(), peak.getAsDouble(), across.high(), peak.getAsDouble());
            page.open("text", "roof-name end").with("x", WIDTH - RIGHT - 4);
            page.with("y", y(up, peak.getAsDouble()) - 6);
            page.text("FMA peak " + Numbers.figure(peak.getAsDouble())).close();
        }
        double lastLabel = Double.NEGATIVE_INFINITY;
        for (Machine.Bandwidth roof : machine.roofs(team())) {
            double slope = roof.bytes() / GIGA;
            double from = Math.max(across.low(), up.low() / slope);
            double to = Math.min(across.high(), top / slope);
            if (to <= from) {
                continue;
            }
            drawLine(page, across, up, from, from * slope, to, to * slope);
            // lines are parallel: their distance is that at any one place, across their direction
            double height = HEIGHT - y(up, across.low() * slope);
            double angle = Math.atan2(y(up, from * slope) - y(up, to * slope), x(across, to) - x(across, from));
            double length = (x(across, to) - x(across, from)) / Math.cos(angle);
            boolean fits = length >= LETTER * name(roof).length();
            if (fits && Math.abs(height - lastLabel) * Math.cos(angle) >= LINE) {
                drawName(page, roof, x(across, from), y(up, from * slope), Math.toDegrees(angle));
                lastLabel = height;
            }
        }
    }

    private static void drawName(Markup page, Machine.Bandwidth roof, double x, double y, double angle) {
        page.open("text", "roof-name");
        page.with(
                "transform",
                "translate(" + Markup.decimal(x) + " " + Markup.decimal(y) + ") rotate(" + Markup.decimal(-angle)
                        + ") translate(8 -5)");
        page.text(name(roof)).close();
    }

    private static String name(Machine.Bandwidth roof) {
        return roof.label() + ": " + Numbers.figure(roof.bytes() / GIGA) + " GB/s";
    }

    private static void drawLine(
            Markup page, LogScale across, LogScale up, double x1, double y1, double x2, double y2) {
        page.open("line", "roof").with("x1", x(across, x1)).with("y1", y(up, y1));
        page.with("x2", x(across, x2)).with("y2", y(up, y2)).close();
    }

    private static void drawPoint(Markup page, Result point, LogScale across, LogScale up) {
        page.open("g", Backend.style(point.backend()));
        page.open("circle", "point").with("cx", x(across, point.intensity().orElse(1)));
        page.with("cy", y(up, gigaflops(point))).with("r", 4.5);
        page.element(
                "title",
                point.benchmark() + " " + point.params() + " " + point.backend() + ": "
                        + Numbers.figure(gigaflops(point)) + " GFLOP/s");
        page.close().close();
    }

    private OptionalDouble peak() {
        OptionalDouble peak = machine.peak(team());
        return peak.isPresent() ? OptionalDouble.of(peak.getAsDouble() / GIGA) : peak;
    }

    private int team() {
        return points.getFirst().team();
    }

    private static double gigaflops(Result point) {
        return Optional.of(point).flatMap(Result::flops).map(Figure::median).orElse(1.0) / GIGA;
    }

    private static double x(LogScale scale, double value) {
        return LEFT + (WIDTH - LEFT - RIGHT) * scale.share(value);
    }

    private static double y(LogScale scale, double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * scale.share(value);
    }
}

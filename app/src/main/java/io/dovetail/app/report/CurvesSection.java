package io.dovetail.app.report;

import io.dovetail.app.page.Legend;
import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.app.page.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** The curves of one part of a training. */
final class CurvesSection {
    private static final double MEBIBYTE = 1 << 20;

    private CurvesSection() {}

    /** Writes nothing if there are no epochs. */
    static void write(Markup page, String title, String about, List<LoggedEpoch> epochs, Map<String, String> columns) {
        if (epochs.isEmpty()) {
            return;
        }
        Curves curves = new Curves(page, epochs, columns, 1);
        page.open("section").element("h2", title).element("p", about);
        page.open("div", "columns");
        curves.draw("Main loss", Scale::around, Map.of("loss", "main loss"));
        curves.draw(
                "Losses of DAT, before their weights",
                Scale::fromZero,
                names("mimicUser", "mimic, users", "mimicItem", "mimic, items", "alignment", "alignment"));
        curves.draw(
                "Hit rates on valid",
                Scale::fromZero,
                names("valid/hr@10", "HR@10", "valid/hr@50", "HR@50", "valid/hr@100", "HR@100"));
        curves.draw("Ranks on valid", Scale::fromZero, names("valid/mrr", "MRR", "valid/ndcg@10", "NDCG@10"));
        curves.draw("Learning rate", Scale::fromZero, Map.of("learningRate", "learning rate"));
        curves.draw("Mean length of the users' embeddings", Scale::fromZero, curves.group("norms/user."));
        curves.draw("Mean length of the items' embeddings", Scale::fromZero, curves.group("norms/item."));
        curves.draw("Spread of a user's scores", Scale::fromZero, Map.of("outputs/scoreSpread", "score spread"));
        curves.draw(
                "Share of all-zero vectors",
                Scale::fromZero,
                names("outputs/zeroUsers", "users", "outputs/zeroItems", "items"));
        curves.draw("Share of dead units by layer", Scale::fromZero, curves.group("deadUnits/"));
        curves.draw("Pairs per second", Scale::fromZero, Map.of("pairsPerSecond", "pairs/s"));
        curves.inUnits(MEBIBYTE)
                .draw(
                        "Memory in MiB",
                        Scale::fromZero,
                        names("memory/resident", "process", "memory/heap", "Java heap in use"));
        page.close();
        writeTable(page, epochs);
        page.close();
    }

    /** Pairs of a figure and its name. */
    private static Map<String, String> names(String... pairs) {
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            names.put(pairs[i], pairs[i + 1]);
        }
        return names;
    }

    /** Draws figures of some epochs, a chart for each group of them. */
    private record Curves(Markup page, List<LoggedEpoch> epochs, Map<String, String> columns, double unit) {

        Curves inUnits(double other) {
            return new Curves(page, epochs, columns, other);
        }

        /** All figures whose names begin alike, by the rest of their names. */
        Map<String, String> group(String prefix) {
            Map<String, String> names = new LinkedHashMap<>();
            epochs.getFirst().figures().keySet().stream()
                    .filter(figure -> figure.startsWith(prefix))
                    .forEach(figure -> names.put(
                            figure,
                            columns.getOrDefault(
                                    figure.substring(figure.indexOf('/') + 1), figure.substring(prefix.length()))));
            return names;
        }

        /** Charts of those figures that were measured, as many as have lines that can be told apart. */
        void draw(String title, Function<DoubleStream, Scale> scale, Map<String, String> figures) {
            List<Series> series = new ArrayList<>();
            figures.forEach((figure, name) -> {
                if (epochs.stream().anyMatch(epoch -> Double.isFinite(epoch.figure(figure)))) {
                    series.add(new Series(
                            name,
                            epochs.stream()
                                    .map(epoch -> epoch.figure(figure) / unit)
                                    .toList()));
                }
            });
            List<String> positions = epochs.stream()
                    .map(epoch -> Integer.toString(epoch.epoch()))
                    .toList();
            for (int from = 0; from < series.size(); from += Legend.STYLES) {
                List<Series> some = series.subList(from, Math.min(series.size(), from + Legend.STYLES));
                // A line by itself has no legend.
                boolean rest = some.size() == 1 && series.size() > 1;
                String caption = rest ? title + ": " + some.getFirst().name() : title;
                page.open("figure", "card").element("figcaption", caption);
                new SvgLineChart(caption + " by epoch", "epoch", positions, scale.apply(Series.all(some)), some)
                        .draw(page);
                page.close();
            }
        }
    }

    private static void writeTable(Markup page, List<LoggedEpoch> epochs) {
        Set<String> figures = new LinkedHashSet<>();
        epochs.forEach(epoch -> figures.addAll(epoch.figures().keySet()));
        List<String> head = new ArrayList<>(List.of("figure"));
        epochs.forEach(epoch -> head.add("epoch " + epoch.epoch() + (epoch.best() ? " *" : "")));
        List<List<String>> rows = new ArrayList<>();
        for (String figure : figures) {
            List<String> row = new ArrayList<>(List.of(figure));
            epochs.forEach(epoch -> row.add(Numbers.compact(epoch.figure(figure))));
            rows.add(row);
        }
        page.open("details").element("summary", "All figures");
        Page.table(page, head, rows);
        page.close();
    }
}

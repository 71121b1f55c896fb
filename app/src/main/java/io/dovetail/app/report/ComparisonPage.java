package io.dovetail.app.report;

import io.dovetail.app.page.Legend;
import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.app.page.Scale;
import io.dovetail.app.report.ComparisonData.Data;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonData.Run;
import io.dovetail.app.report.ComparisonData.Tuning;
import io.dovetail.app.report.ComparisonTable.Cell;
import io.dovetail.app.report.ComparisonTable.Kind;
import io.dovetail.app.report.ComparisonTable.Place;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Measure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A comparison as one HTML file: figures with their intervals, differences, parts, curves of a sweep, settings. */
final class ComparisonPage {
    private static final int MOST_TILES = 4;

    private final Markup page = new Markup();

    private ComparisonPage() {}

    static String html(ComparisonData data) throws IOException {
        return new ComparisonPage().write(data);
    }

    private String write(ComparisonData data) throws IOException {
        Page.open(page, "Dovetail: models compared", Page.sheet(ComparisonPage.class, "comparison.css"));
        writeHeader(data);
        page.open("main");
        if (data.isPartial()) {
            page.element(
                    "p",
                    "warning",
                    "Not finished: " + data.done() + " of " + data.total()
                            + " trainings are done. The page is written anew after each.");
        }
        List<ComparisonTable> overview = ComparisonTables.overview(data);
        if (!overview.isEmpty()) {
            page.open("section").element("h2", "Overview");
            overview.forEach(table -> table.draw(page));
            page.close();
        }
        data.data().forEach(this::writeData);
        page.open("section").element("h2", "How it was done").open("div", "columns");
        for (var facts : List.of(data.models(), data.protocol(), data.environment())) {
            page.open("div", "card");
            Page.facts(page, facts);
            page.close();
        }
        page.close().close().close().close().close();
        return page.document();
    }

    private void writeHeader(ComparisonData data) {
        page.open("header").open("div", "inside").element("p", "brand", "Dovetail");
        page.element("h1", "Models compared");
        page.element(
                "p",
                "lead",
                "Every item of the catalogue is ranked for every user, less what the user had before; ties count"
                        + " against the model.");
        page.open("dl", "tiles");
        String best = data.isPartial() ? ", the best so far on " : ", the best on ";
        for (Data set : data.data().subList(0, Math.min(data.data().size(), MOST_TILES))) {
            set.best()
                    .ifPresent(model -> Page.tile(
                            page,
                            Numbers.percent(model.hitRate().mean()),
                            "HR@100 of " + model.title() + best + set.name()));
        }
        page.close().close();
        Page.joint(page);
        page.close();
    }

    /** The size of a data set in a line. */
    static String size(Data data) {
        return Numbers.count(data.statistics().users()) + " users, "
                + Numbers.count(data.statistics().items()) + " items in "
                + Numbers.count(data.categories().size()) + " categories, "
                + Numbers.count(data.statistics().interactions()) + " events.";
    }

    private void writeData(Data data) {
        page.open("section").element("h2", data.name()).element("p", size(data));
        if (data.sweptKey().isEmpty()) {
            writeBars(data);
        } else {
            writeSweep(data);
        }
        ComparisonTables.of(data).forEach(table -> table.draw(page));
        writeWarnings(data);
        writeSettings(data);
        page.close();
    }

    private void writeBars(Data data) {
        if (data.judged().isEmpty()) {
            return;
        }
        List<String> names = data.judged().stream().map(Model::title).toList();
        page.open("div", "columns");
        writeBars(
                "Hit rates, with the interval over seeds",
                names,
                List.of(
                        series(
                                "HR@100",
                                estimates(data, figures -> figures.all().of(Measure.HR100))),
                        series("HR@50", estimates(data, figures -> figures.all().of(Measure.HR50)))));
        writeBars(
                "HR@100 for hot and cold items",
                names,
                List.of(
                        series(
                                "hot items",
                                estimates(data, figures -> figures.hot().of(Measure.HR100))),
                        series(
                                "cold items",
                                estimates(data, figures -> figures.cold().of(Measure.HR100)))));
        page.close();
    }

    private void writeBars(String title, List<String> names, List<Series> bars) {
        page.open("figure", "card").element("figcaption", title);
        new SvgBarChart(title, names, bars).draw(page);
        page.close();
    }

    private static List<Estimate> estimates(Data data, Function<ComparisonData.Figures, Estimate> part) {
        return data.judged().stream()
                .map(model -> part.apply(model.figures().orElseThrow()))
                .toList();
    }

    /** A chart for each measure and, since lines must be told apart, for each few models. */
    private void writeSweep(Data data) {
        Set<String> values = new LinkedHashSet<>();
        Map<String, Map<String, Model>> byName = new LinkedHashMap<>();
        for (Model model : data.models()) {
            values.add(model.sweptValue());
            byName.computeIfAbsent(model.name(), _ -> new LinkedHashMap<>()).put(model.sweptValue(), model);
        }
        List<String> names = List.copyOf(byName.keySet());
        page.open("div", "columns");
        for (Measure measure : List.of(Measure.HR50, Measure.HR100, Measure.MRR)) {
            for (int from = 0; from < names.size(); from += Legend.STYLES) {
                List<Series> lines = new ArrayList<>();
                for (String name : names.subList(from, Math.min(names.size(), from + Legend.STYLES))) {
                    lines.add(series(
                            name,
                            values.stream()
                                    .map(value -> Optional.ofNullable(byName.getOrDefault(name, Map.of())
                                                    .get(value))
                                            .flatMap(Model::figures)
                                            .map(figures -> figures.all().of(measure))
                                            .orElse(Estimate.of()))
                                    .toList()));
                }
                String title = measure.title() + " by " + data.sweptKey();
                page.open("figure", "card").element("figcaption", title + ", with the interval over seeds");
                new SvgLineChart(title, data.sweptKey(), List.copyOf(values), Scale.around(Series.all(lines)), lines)
                        .draw(page);
                page.close();
            }
        }
        page.close();
    }

    private static Series series(String name, List<Estimate> estimates) {
        return new Series(
                name,
                estimates.stream().map(Estimate::mean).toList(),
                estimates.stream().map(Estimate::margin).toList());
    }

    private void writeWarnings(Data data) {
        for (Model model : data.models()) {
            Set<String> warnings = new LinkedHashSet<>();
            for (Run run : model.runs()) {
                if (!run.failure().isEmpty()) {
                    warnings.add("seed " + run.seed() + " failed: " + run.failure());
                }
            }
            model.runs().stream()
                    .map(Run::warnings)
                    .flatMap(List::stream)
                    .limit(1)
                    .forEach(warnings::add);
            warnings.forEach(warning -> page.open("p", "warning")
                    .element("strong", model.title() + ": ")
                    .text(warning)
                    .close());
        }
    }

    /** One line for each model, with its search and its settings behind it. */
    private void writeSettings(Data data) {
        page.open("div", "card spaced").element("h3", "Settings and trials");
        Set<String> searched = new LinkedHashSet<>();
        for (Model model : data.models()) {
            Map<String, String> settings = model.runs().stream()
                    .map(Run::settings)
                    .filter(found -> !found.isEmpty())
                    .findFirst()
                    .orElse(Map.of());
            Optional<Tuning> tuning = model.tuning().filter(_ -> searched.add(model.name()));
            if (!settings.isEmpty() || tuning.isPresent()) {
                page.open("details").element("summary", model.title());
                tuning.ifPresent(this::writeTrials);
                if (!settings.isEmpty()) {
                    page.element("h4", "Settings of the models that were judged");
                    Page.facts(page, settings);
                }
                page.close();
            }
        }
        page.close();
    }

    private void writeTrials(Tuning tuning) {
        page.element("h4", "What was searched");
        Page.facts(page, tuning.space());
        List<List<Cell>> rows = new ArrayList<>();
        for (int number = 0; number < tuning.trials().size(); number++) {
            ComparisonData.Trial trial = tuning.trials().get(number);
            Kind kind = number == tuning.chosen() ? Kind.BEST : Kind.FIGURE;
            String figure = trial.failure().isEmpty() ? Numbers.figure(trial.validHr100()) : "failed";
            rows.add(List.of(
                    Cell.words(Integer.toString(number + 1) + (kind == Kind.BEST ? ", chosen" : "")),
                    new Cell(figure, "", kind),
                    Cell.figure(Integer.toString(trial.epoch())),
                    Cell.figure(Numbers.decimal(trial.seconds())),
                    Cell.words(trial.changes().isEmpty() ? "the recipe" : ComparisonTables.settings(trial.changes()))));
        }
        page.element("h4", "Trials");
        List<String> head = List.of("trial", "valid HR@100", "epoch", "s", "changes");
        new ComparisonTable("Trials", "", Place.OPEN, head, rows).drawRows(page);
    }
}

package io.dovetail.app.report;

import io.dovetail.app.report.ComparisonData.Data;
import io.dovetail.app.report.ComparisonData.Figures;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonData.Run;
import io.dovetail.app.report.ComparisonData.Tuning;
import io.dovetail.app.report.ComparisonTable.Cell;
import io.dovetail.app.report.ComparisonTable.Place;
import io.dovetail.eval.CategorySize;
import io.dovetail.eval.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedCollection;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables of a comparison. */
public final class ComparisonTables {
    private static final String BEST = "The greatest mean is in bold.";

    private ComparisonTables() {}

    /**
     * What is seen across data sets.
     *
     * @param comparison all of it
     * @return a table for each of two measures; none of a single data set, and none of a sweep
     */
    public static List<ComparisonTable> overview(ComparisonData comparison) {
        List<Data> sets = comparison.data().stream()
                .filter(set -> set.sweptKey().isEmpty() && !set.judged().isEmpty())
                .toList();
        if (sets.size() < 2) {
            return List.of();
        }
        return Stream.of(ComparisonColumn.of(Measure.HR100, Figures::all), ComparisonColumn.tenfoldMrr(Figures::all))
                .map(column ->
                        overview(column, sets, List.copyOf(comparison.models().keySet())))
                .toList();
    }

    private static ComparisonTable overview(ComparisonColumn column, List<Data> sets, List<String> names) {
        List<String> head = new ArrayList<>(List.of("model"));
        List<List<Cell>> rows = new ArrayList<>();
        names.forEach(name -> rows.add(new ArrayList<>(List.of(Cell.words(name)))));
        for (Data set : sets) {
            head.add(set.name());
            List<Cell> cells =
                    column.cells(names.stream().map(name -> set.model(name)).toList());
            for (int m = 0; m < names.size(); m++) {
                rows.get(m).add(cells.get(m));
            }
        }
        head.add("× the best other");
        for (int m = 0; m < names.size(); m++) {
            rows.get(m).add(ratio(column, sets, names.get(m)));
        }
        return new ComparisonTable(
                column.title() + " on all data sets",
                "Mean over the seeds ± half of the 95 % interval. " + BEST
                        + " The last column is the geometric mean over the data sets of the model's mean divided by the"
                        + " greatest of the others.",
                Place.OPEN,
                head,
                rows);
    }

    /** The geometric mean over data sets; nothing of a model that has no figures on one of them, or none beside it. */
    private static Cell ratio(ComparisonColumn column, List<Data> sets, String name) {
        double logs = 0;
        for (Data set : sets) {
            Optional<Figures> own = set.model(name).figures();
            OptionalDouble others = set.judged().stream()
                    .filter(model -> !model.title().equals(name))
                    .mapToDouble(model -> column.estimate()
                            .apply(model.figures().orElseThrow())
                            .mean())
                    .max();
            if (own.isEmpty() || others.isEmpty()) {
                return Cell.figure("–");
            }
            logs += Math.log(column.estimate().apply(own.get()).mean() / others.getAsDouble());
        }
        return Cell.figure(Numbers.figure(Math.exp(logs / sets.size())));
    }

    /**
     * All tables of a data set.
     *
     * @param data figures on a data set
     * @return those that have rows
     */
    public static List<ComparisonTable> of(Data data) {
        return Stream.of(
                        Stream.of(overall(data)),
                        DifferenceTables.of(data),
                        ownCategory(data).stream(),
                        categories(data).stream(),
                        sizes(data).stream(),
                        popularity(data).stream(),
                        Stream.of(searches(data)))
                .flatMap(tables -> tables)
                .filter(table -> !table.rows().isEmpty())
                .toList();
    }

    private static List<ComparisonColumn> measures() {
        return List.of(
                ComparisonColumn.of(Measure.HR50, Figures::all),
                ComparisonColumn.of(Measure.HR100, Figures::all),
                ComparisonColumn.of(Measure.MRR, Figures::all),
                ComparisonColumn.tenfoldMrr(Figures::all),
                ComparisonColumn.of(Measure.NDCG10, Figures::all),
                ComparisonColumn.of(Measure.HR10, Figures::all));
    }

    private static ComparisonTable overall(Data data) {
        List<Model> models = data.judged();
        List<ComparisonColumn> columns = measures();
        List<String> head = ComparisonColumn.heads(columns);
        head.addAll(List.of("epochs", "training, s"));
        List<List<Cell>> rows = ComparisonColumn.rows(models, columns);
        for (int m = 0; m < models.size(); m++) {
            double seconds = models.get(m).figures().orElseThrow().seconds().mean();
            rows.get(m).add(Cell.figure(epochs(models.get(m).runs())));
            rows.get(m).add(Cell.figure(seconds == 0 ? "–" : Numbers.decimal(seconds)));
        }
        String users = models.isEmpty()
                ? ""
                : Numbers.count(models.getFirst().figures().orElseThrow().all().users()) + " users ranked. ";
        return new ComparisonTable(
                "Figures",
                users
                        + "HR@k is the share of users whose target is among the first k, MRR the mean of 1 / rank,"
                        + " which the DAT paper prints times ten. Mean over the seeds ± half of the 95 % interval,"
                        + " which is what other seeds would change. " + BEST
                        + " Epochs are those of each seed, or of all. Training is"
                        + " the mean wall time of the epochs of the model that is judged.",
                Place.OPEN,
                head,
                rows);
    }

    private static String epochs(List<Run> runs) {
        List<String> epochs = runs.stream()
                .map(run -> run.epoch() == 0 ? "–" : Integer.toString(run.epoch()))
                .toList();
        return epochs.stream().distinct().count() == 1 ? epochs.getFirst() : String.join(", ", epochs);
    }

    private static Optional<ComparisonTable> ownCategory(Data data) {
        List<Model> models = data.judged().stream()
                .filter(model -> model.figures().flatMap(Figures::ownCategory).isPresent())
                .toList();
        List<ComparisonColumn> columns = Stream.of(
                        Measure.HR50, Measure.HR100, Measure.MRR, Measure.NDCG10, Measure.HR10)
                .map(measure -> ComparisonColumn.of(
                        measure, figures -> figures.ownCategory().orElseThrow()))
                .toList();
        return table(
                "Within the category of the target",
                "The target is ranked among the items of its own category alone.",
                models,
                columns);
    }

    private static Optional<ComparisonTable> table(
            String title, String note, List<Model> models, List<ComparisonColumn> columns) {
        return models.isEmpty() || columns.isEmpty()
                ? Optional.empty()
                : Optional.of(new ComparisonTable(
                        title,
                        note + " " + BEST,
                        Place.OPEN,
                        ComparisonColumn.heads(columns),
                        ComparisonColumn.rows(models, columns)));
    }

    /** The largest, the median and the smallest category by items, of those that a target is in. */
    private static Optional<ComparisonTable> categories(Data data) {
        List<String> bySize = data.judged().stream()
                .flatMap(model -> model.figures().orElseThrow().categories().keySet().stream())
                .distinct()
                .sorted(Comparator.comparing((String name) -> data.categories().getOrDefault(name, 0))
                        .reversed())
                .toList();
        if (bySize.size() < 2) {
            return Optional.empty();
        }
        SequencedCollection<String> chosen =
                new LinkedHashSet<>(List.of(bySize.getFirst(), bySize.get(bySize.size() / 2), bySize.getLast()));
        Figures any = data.judged().getFirst().figures().orElseThrow();
        List<ComparisonColumn> columns = chosen.stream()
                .map(name -> ComparisonColumn.of(
                                Measure.HR100,
                                figures -> Objects.requireNonNull(
                                        figures.categories().get(name)))
                        .titled(name + " (" + Numbers.count(data.categories().getOrDefault(name, 0)) + " items, "
                                + Numbers.count(
                                        Objects.requireNonNull(any.categories().get(name))
                                                .users()) + " users)"))
                .toList();
        return table(
                "By category of the target",
                "HR@100 for the largest, the median and the smallest of " + bySize.size()
                        + " categories by items; comparison.json has all, and the other figures.",
                data.judged(),
                columns);
    }

    private static Optional<ComparisonTable> sizes(Data data) {
        List<CategorySize> sizes = data.sizes();
        if (sizes.size() < 2) {
            return Optional.empty();
        }
        Figures any = data.judged().getFirst().figures().orElseThrow();
        return table(
                "By size of the target's category",
                "HR@100. A category is small that has fewer items than the mean of all but the largest.",
                data.judged(),
                sizes.stream()
                        .map(size -> ComparisonColumn.of(
                                        Measure.HR100,
                                        figures -> Objects.requireNonNull(
                                                figures.sizes().get(size)))
                                .titled(size.title() + " ("
                                        + Numbers.count(Objects.requireNonNull(
                                                        any.sizes().get(size))
                                                .users())
                                        + " users)"))
                        .toList());
    }

    private static Optional<ComparisonTable> popularity(Data data) {
        String users = data.judged().stream()
                .findFirst()
                .flatMap(Model::figures)
                .map(figures -> Numbers.count(figures.cold().users()) + " users' targets are cold, "
                        + Numbers.count(figures.hot().users()) + " hot.")
                .orElse("");
        return table(
                "Cold and hot items",
                "Cold is the less popular half of the items, hot the most popular tenth. " + users,
                data.judged(),
                List.of(
                        ComparisonColumn.of(Measure.HR100, Figures::cold).titled("cold HR@100"),
                        ComparisonColumn.of(Measure.MRR, Figures::cold).titled("cold MRR"),
                        ComparisonColumn.of(Measure.HR100, Figures::hot).titled("hot HR@100"),
                        ComparisonColumn.of(Measure.MRR, Figures::hot).titled("hot MRR")));
    }

    private static ComparisonTable searches(Data data) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Model model : data.models()) {
            model.tuning()
                    .filter(tuning -> tuning.chosen() >= 0)
                    .filter(tuning ->
                            rows.isEmpty() || !rows.getLast().getFirst().value().equals(model.name()))
                    .ifPresent(tuning -> rows.add(List.of(
                            Cell.words(model.name()),
                            Cell.figure(Integer.toString(tuning.trials().size())),
                            Cell.figure(
                                    Numbers.figure(tuning.trials().getFirst().validHr100())),
                            Cell.figure(Numbers.figure(
                                    tuning.trials().get(tuning.chosen()).validHr100())),
                            Cell.words(changes(tuning)))));
        }
        return new ComparisonTable(
                "Search for settings",
                "HR@100 on valid of the recipe as it is (trial 1) and of the best trial. Test had no part in it.",
                Place.OPEN,
                List.of("model", "trials", "recipe", "best", "what the best changes"),
                rows);
    }

    private static String changes(Tuning tuning) {
        Map<String, String> changes = tuning.trials().get(tuning.chosen()).changes();
        return changes.isEmpty() ? "nothing" : settings(changes);
    }

    static String settings(Map<String, String> settings) {
        return settings.entrySet().stream().map(String::valueOf).collect(Collectors.joining(" "));
    }
}

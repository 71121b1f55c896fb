package io.dovetail.app.report;

import io.dovetail.app.report.ComparisonData.Data;
import io.dovetail.app.report.ComparisonData.Figures;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonData.Tuning;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Estimates;
import io.dovetail.eval.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedCollection;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The tables of a comparison, the same on the page, in Markdown and on a terminal. */
public final class ComparisonTables {
    private static final String MODEL = "model";

    private static final List<Measure> PRINTED =
            List.of(Measure.HR50, Measure.HR100, Measure.MRR, Measure.NDCG10, Measure.HR10);

    private ComparisonTables() {}

    /**
     * A table.
     *
     * @param title what it shows
     * @param note how to read it; may be empty
     * @param head names of the columns, the first that of the rows
     * @param rows cells
     */
    public record Table(String title, String note, List<String> head, List<List<String>> rows) {
        /** Copies the lists. */
        public Table {
            head = List.copyOf(head);
            rows = List.copyOf(rows);
        }
    }

    /**
     * All tables of a data set.
     *
     * @param data figures on a data set
     * @return those that have rows
     */
    public static List<Table> of(Data data) {
        List<Table> tables = new ArrayList<>();
        tables.add(overall(data));
        tables.add(differences(data));
        tables.add(ownCategory(data));
        tables.add(categories(data));
        tables.add(popularity(data));
        tables.add(searches(data));
        tables.removeIf(table -> table.rows().isEmpty());
        return tables;
    }

    private static Table overall(Data data) {
        List<String> head = new ArrayList<>(List.of(MODEL));
        for (Measure measure : PRINTED) {
            head.add(measure.title());
            if (measure == Measure.MRR) {
                head.add("MRR ×10");
            }
        }
        head.addAll(List.of("epochs", "training, s"));
        List<List<String>> rows = new ArrayList<>();
        for (Model model : data.judged()) {
            Figures figures = model.figures().orElseThrow();
            List<String> row = new ArrayList<>(List.of(model.title()));
            for (Measure measure : PRINTED) {
                row.add(estimate(figures.all().of(measure), 1));
                if (measure == Measure.MRR) {
                    row.add(estimate(figures.all().of(measure), 10));
                }
            }
            row.add(model.runs().stream()
                    .map(run -> run.epoch() == 0 ? "–" : Integer.toString(run.epoch()))
                    .distinct()
                    .collect(Collectors.joining(", ")));
            row.add(figures.seconds().mean() == 0 ? "–" : seconds(figures.seconds()));
            rows.add(row);
        }
        String users = data.judged().stream()
                .findFirst()
                .map(model -> Numbers.count(model.figures().orElseThrow().all().users()) + " users ranked. ")
                .orElse("");
        return new Table(
                "Figures",
                users + "Mean over the seeds ± half of the 95 % interval, which is what other seeds would change."
                        + " Training is the wall time of the epochs of the model that is judged.",
                head,
                rows);
    }

    private static Table differences(Data data) {
        List<Measure> measures = List.of(Measure.HR50, Measure.HR100, Measure.MRR, Measure.NDCG10);
        List<String> head = new ArrayList<>(List.of("first less second"));
        measures.forEach(measure -> head.add(measure.title()));
        List<List<String>> rows = data.pairs().stream()
                .map(pair -> {
                    List<String> row = new ArrayList<>(List.of(pair.first() + " − " + pair.second()));
                    measures.forEach(measure -> row.add(
                            difference(Objects.requireNonNull(pair.differences().get(measure)))));
                    return row;
                })
                .collect(Collectors.toList());
        return new Table(
                "Differences",
                "Seeds pooled, 95 % interval by a paired bootstrap over users, which is what other users would change;"
                        + " a star where it leaves 0 out.",
                head,
                rows);
    }

    private static Table ownCategory(Data data) {
        return new Table(
                "Within the category of the target",
                "The target is ranked among the items of its own category alone.",
                head(PRINTED),
                rows(
                        data,
                        model -> model.figures()
                                .flatMap(Figures::ownCategory)
                                .map(own -> row(model.title(), own, PRINTED))
                                .orElse(List.of())));
    }

    /** The largest, the median and the smallest category by items, of those that a target is in. */
    private static Table categories(Data data) {
        List<String> bySize = data.judged().stream()
                .flatMap(model -> model.figures().orElseThrow().categories().keySet().stream())
                .distinct()
                .sorted(Comparator.comparing((String name) -> data.categories().getOrDefault(name, 0))
                        .reversed())
                .toList();
        if (bySize.size() < 2) {
            return new Table("", "", List.of(), List.of());
        }
        SequencedCollection<String> chosen =
                new LinkedHashSet<>(List.of(bySize.getFirst(), bySize.get(bySize.size() / 2), bySize.getLast()));
        Figures any = data.judged().getFirst().figures().orElseThrow();
        List<String> head = new ArrayList<>(List.of("HR@100"));
        for (String name : chosen) {
            head.add(name + " (" + Numbers.count(data.categories().getOrDefault(name, 0)) + " items, "
                    + Numbers.count(
                            Objects.requireNonNull(any.categories().get(name)).users()) + " users)");
        }
        return new Table(
                "By category of the target",
                "The largest, the median and the smallest of " + bySize.size()
                        + " categories by items; comparison.json has all, and the other figures.",
                head,
                rows(data, model -> {
                    List<String> row = new ArrayList<>(List.of(model.title()));
                    Figures figures = model.figures().orElseThrow();
                    chosen.forEach(name -> row.add(estimate(
                            Objects.requireNonNull(figures.categories().get(name))
                                    .of(Measure.HR100),
                            1)));
                    return row;
                }));
    }

    private static Table popularity(Data data) {
        List<Measure> measures = List.of(Measure.HR100, Measure.MRR);
        List<String> head = new ArrayList<>(List.of(MODEL));
        List.of("cold ", "hot ").forEach(part -> measures.forEach(measure -> head.add(part + measure.title())));
        String users = data.judged().stream()
                .findFirst()
                .flatMap(Model::figures)
                .map(figures -> Numbers.count(figures.cold().users()) + " users' targets are cold, "
                        + Numbers.count(figures.hot().users()) + " hot.")
                .orElse("");
        return new Table(
                "Cold and hot items",
                "Cold is the less popular half of the items, hot the most popular tenth. " + users,
                head,
                rows(data, model -> {
                    Figures figures = model.figures().orElseThrow();
                    List<String> row = new ArrayList<>(row(model.title(), figures.cold(), measures));
                    row.addAll(row("", figures.hot(), measures).subList(1, 1 + measures.size()));
                    return row;
                }));
    }

    private static Table searches(Data data) {
        List<List<String>> rows = new ArrayList<>();
        for (Model model : data.models()) {
            model.tuning()
                    .filter(tuning -> tuning.chosen() >= 0)
                    .filter(tuning ->
                            rows.isEmpty() || !rows.getLast().getFirst().equals(model.name()))
                    .ifPresent(tuning -> rows.add(List.of(
                            model.name(),
                            Integer.toString(tuning.trials().size()),
                            Numbers.figure(tuning.trials().getFirst().validHr100()),
                            Numbers.figure(tuning.trials().get(tuning.chosen()).validHr100()),
                            changes(tuning))));
        }
        return new Table(
                "Search for settings",
                "HR@100 on valid of the recipe as it is (trial 1) and of the best trial. Test had no part in it.",
                List.of(MODEL, "trials", "recipe", "best", "what the best changes"),
                rows);
    }

    private static String changes(Tuning tuning) {
        Map<String, String> changes = tuning.trials().get(tuning.chosen()).changes();
        return changes.isEmpty() ? "nothing" : settings(changes);
    }

    static String settings(Map<String, String> settings) {
        return settings.entrySet().stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static List<String> head(List<Measure> measures) {
        List<String> head = new ArrayList<>(List.of(MODEL));
        measures.forEach(measure -> head.add(measure.title()));
        return head;
    }

    private static List<List<String>> rows(Data data, Function<Model, List<String>> row) {
        return data.judged().stream().map(row).filter(cells -> !cells.isEmpty()).toList();
    }

    private static List<String> row(String name, Estimates estimates, List<Measure> measures) {
        List<String> row = new ArrayList<>(List.of(name));
        measures.forEach(measure -> row.add(estimate(estimates.of(measure), 1)));
        return row;
    }

    private static String estimate(Estimate estimate, double factor) {
        String mean = Numbers.figure(factor * estimate.mean());
        return Double.isNaN(estimate.margin()) || estimate.margin() == 0
                ? mean
                : mean + " ± " + Numbers.figure(factor * estimate.margin());
    }

    private static String seconds(Estimate estimate) {
        return Double.isNaN(estimate.margin())
                ? Numbers.decimal(estimate.mean())
                : Numbers.decimal(estimate.mean()) + " ± " + Numbers.decimal(estimate.margin());
    }

    private static String difference(Difference difference) {
        return String.format(
                Locale.ROOT,
                "%+.4f [%+.4f, %+.4f]%s",
                difference.mean(),
                difference.low(),
                difference.high(),
                difference.isClear() ? " *" : "");
    }
}

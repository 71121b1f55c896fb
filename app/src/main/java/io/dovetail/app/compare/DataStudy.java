package io.dovetail.app.compare;

import io.dovetail.app.report.ComparisonData;
import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.model.Engine;
import io.dovetail.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** The comparison on one data set. Runs once. */
final class DataStudy {

    /** Draws what is known so far. */
    @FunctionalInterface
    interface Draw {
        void draw(ComparisonData.Data data) throws IOException;
    }

    private final String name;
    private final Plan plan;
    private final Dataset dataset;
    private final Path folder;
    private final String fingerprint;
    private final Trainings trainings;
    private final Summary summary;
    private final Journal journal;
    private final Map<String, ComparisonData.Tuning> tunings = new LinkedHashMap<>();
    private final Map<Cell, Map<Long, Outcome>> outcomes = new LinkedHashMap<>();

    /** A model with a value of the setting that is varied. */
    private record Cell(String model, Map<String, String> variant) {
        /** The value of the setting that is drawn; empty without a sweep. */
        String value() {
            return variant.values().stream().findFirst().orElse("");
        }
    }

    DataStudy(Engine engine, Plan plan, String name, Dataset dataset, Path folder, Journal journal) {
        this.name = name;
        this.plan = plan;
        this.dataset = dataset;
        this.folder = folder;
        this.journal = journal;
        fingerprint = DataFingerprint.of(dataset);
        trainings = new Trainings(engine, dataset, plan.judged(), plan.scopes(), folder.resolve("work"));
        summary = new Summary(trainings.evaluator(), plan.seed());
        for (String model : plan.models()) {
            for (Map<String, String> variant : plan.variants()) {
                outcomes.put(new Cell(model, variant), new TreeMap<>());
            }
        }
    }

    ComparisonData.Data run(Draw draw) throws IOException {
        checkFiles();
        draw.draw(data());
        for (String model : plan.models()) {
            if (plan.trials() > 0 && !Models.POPULARITY.equals(model)) {
                tune(model, draw);
            }
        }
        for (long seed : plan.allSeeds()) {
            for (Cell cell : outcomes.keySet()) {
                boolean isKnown = cellFile(cell, seed).exists();
                Objects.requireNonNull(outcomes.get(cell)).put(seed, judge(cell, seed));
                if (!isKnown) { // to draw for each that is would take minutes where there are many pairs
                    draw.draw(data());
                }
            }
        }
        ComparisonData.Data all = data();
        draw.draw(all);
        return all;
    }

    /** Refuses, before the first training, files that are not of this comparison. */
    private void checkFiles() throws IOException {
        for (Cell cell : outcomes.keySet()) {
            if (Models.POPULARITY.equals(cell.model())) {
                continue;
            }
            for (int trial = 0; trial < plan.trials(); trial++) {
                trialFile(cell.model(), trial)
                        .read(trialRecipe(cell.model(), trial).settings());
            }
            for (long seed : plan.trials() > 0 ? List.<Long>of() : plan.allSeeds()) {
                cellFile(cell, seed).read(recipe(cell, seed).settings());
            }
        }
    }

    /** A search looks at the first value of what is varied. */
    private Recipe trialRecipe(String model, int trial) {
        Map<String, String> drawn = plan.space(model).draw(trial, plan.seed());
        return plan.recipe(model, drawn, plan.variants().getFirst(), plan.seed());
    }

    private Recipe recipe(Cell cell, long seed) {
        ComparisonData.Tuning tuning = tunings.get(cell.model());
        Map<String, String> chosen = tuning == null || tuning.chosen() < 0
                ? Map.of()
                : tuning.trials().get(tuning.chosen()).changes();
        return plan.recipe(cell.model(), chosen, cell.variant(), seed);
    }

    private OutcomeFile trialFile(String model, int trial) {
        return new OutcomeFile(folder.resolve(model).resolve("trial-" + trial + ".json"), fingerprint);
    }

    private OutcomeFile cellFile(Cell cell, long seed) {
        Path model = folder.resolve(cell.model());
        Path home = cell.value().isEmpty()
                ? model
                : model.resolve(plan.sweep().map(Sweep::key).orElse("") + "=" + cell.value());
        return new OutcomeFile(home.resolve("seed-" + seed + ".json"), fingerprint);
    }

    private void tune(String model, Draw draw) throws IOException {
        SearchSpace space = plan.space(model);
        Map<String, String> words = new LinkedHashMap<>();
        space.ranges().forEach((key, range) -> words.put(key, range.describe()));
        List<ComparisonData.Trial> trials = new ArrayList<>();
        int chosen = -1;
        double best = -1;
        for (int number = 0; number < plan.trials(); number++) {
            Recipe recipe = trialRecipe(model, number);
            String what = name + ", " + model + ", trial " + (number + 1) + " of " + plan.trials();
            Outcome outcome = journal.piece(
                    name + "/" + model,
                    what,
                    trialFile(model, number),
                    recipe.settings(),
                    narrator -> trainings.trial(recipe, narrator, what));
            if (!outcome.failed() && outcome.validHr100() > best) {
                best = outcome.validHr100();
                chosen = number;
            }
            trials.add(new ComparisonData.Trial(
                    space.draw(number, plan.seed()),
                    outcome.validHr100(),
                    outcome.epoch(),
                    outcome.allSeconds(),
                    outcome.failure()));
            tunings.put(model, new ComparisonData.Tuning(words, List.copyOf(trials), chosen));
            draw.draw(data());
        }
    }

    private Outcome judge(Cell cell, long seed) throws IOException {
        String kind = name + "/" + cell.model();
        if (Models.POPULARITY.equals(cell.model())) {
            return journal.piece(kind, kind, cellFile(cell, seed), Map.of(), narrator -> trainings.popularity());
        }
        Recipe recipe = recipe(cell, seed);
        String what =
                name + ", " + cell.model() + (cell.value().isEmpty() ? "" : " " + cell.value()) + ", seed " + seed;
        return journal.piece(
                kind,
                what,
                cellFile(cell, seed),
                recipe.settings(),
                narrator -> trainings.judge(recipe, narrator, what));
    }

    private ComparisonData.Data data() {
        Categories categories = dataset.categories();
        Map<String, Integer> items = new LinkedHashMap<>();
        for (int category = 0; category < categories.size(); category++) {
            items.put(categories.names().id(category), categories.items(category));
        }
        List<ComparisonData.Model> models = new ArrayList<>();
        Map<String, Map<Long, Outcome>> byModel = new LinkedHashMap<>();
        outcomes.forEach((cell, seeds) -> {
            models.add(
                    summary.model(cell.model(), cell.value(), seeds, Optional.ofNullable(tunings.get(cell.model()))));
            byModel.put(cell.model(), seeds);
        });
        return new ComparisonData.Data(
                name,
                dataset.statistics(),
                items,
                plan.sweep().map(Sweep::key).orElse(""),
                models,
                plan.sweep().isPresent() ? List.of() : summary.pairs(byModel));
    }
}

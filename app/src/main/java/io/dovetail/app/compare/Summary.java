package io.dovetail.app.compare;

import io.dovetail.app.report.ComparisonData;
import io.dovetail.eval.CategorySize;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Estimates;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Evaluator;
import io.dovetail.eval.Measure;
import io.dovetail.eval.Metrics;
import io.dovetail.eval.PairedBootstrap;
import io.dovetail.eval.SampledMeans;
import io.dovetail.eval.Scope;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Makes figures over seeds, and differences between models, of the ranks on one data set. Not thread-safe. */
final class Summary {
    /** Number of samples of users for the interval of a difference. */
    static final int RESAMPLES = 2_000;

    private final Evaluator evaluator;
    private final PairedBootstrap bootstrap;
    private final Map<String, Sampled> known = new HashMap<>();

    /** A model on all users, and on those whose target is in a category of a size. */
    private record Sampled(SampledMeans all, Map<CategorySize, SampledMeans> bySize) {}

    /**
     * Summaries on a data set.
     *
     * @param evaluator sums up ranks
     * @param seed selects the samples of users
     */
    Summary(Evaluator evaluator, long seed) {
        this.evaluator = evaluator;
        bootstrap = new PairedBootstrap(RESAMPLES, seed);
    }

    /**
     * A model's runs and figures.
     *
     * @param name of the model
     * @param sweptValue value of the setting that is varied; empty without a sweep
     * @param outcomes by seed
     * @param tuning the search, if there was one
     */
    ComparisonData.Model model(
            String name, String sweptValue, Map<Long, Outcome> outcomes, Optional<ComparisonData.Tuning> tuning) {
        List<ComparisonData.Run> runs = new ArrayList<>();
        List<Outcome> good = new ArrayList<>();
        List<EvaluationReport> all = new ArrayList<>();
        outcomes.forEach((seed, outcome) -> {
            Optional<Metrics> metrics = Optional.empty();
            if (!outcome.failed()) {
                EvaluationReport report = evaluator.report(ranks(outcome, Scope.CATALOGUE));
                metrics = Optional.of(report.overall());
                good.add(outcome);
                all.add(report);
            }
            runs.add(new ComparisonData.Run(
                    seed,
                    outcome.settings(),
                    outcome.epoch(),
                    outcome.seconds(),
                    outcome.allSeconds(),
                    outcome.warnings(),
                    outcome.failure(),
                    metrics));
        });
        Optional<ComparisonData.Figures> figures = good.isEmpty() ? Optional.empty() : Optional.of(figures(good, all));
        return new ComparisonData.Model(name, sweptValue, runs, figures, tuning);
    }

    private ComparisonData.Figures figures(List<Outcome> outcomes, List<EvaluationReport> reports) {
        Map<String, Estimates> categories = new LinkedHashMap<>();
        for (String category : reports.getFirst().categories().keySet()) {
            categories.put(
                    category,
                    estimates(
                            reports,
                            report -> Objects.requireNonNull(report.categories().get(category))));
        }
        Optional<Estimates> own = outcomes.getFirst().ranks().containsKey(Scope.CATEGORY)
                ? Optional.of(estimates(
                        outcomes,
                        outcome ->
                                evaluator.report(ranks(outcome, Scope.CATEGORY)).overall()))
                : Optional.empty();
        Map<CategorySize, Estimates> sizes = new EnumMap<>(CategorySize.class);
        for (CategorySize size : CategorySize.values()) {
            sizes.put(
                    size,
                    estimates(
                            outcomes,
                            outcome -> evaluator
                                    .report(evaluator.ranksIn(size, ranks(outcome, Scope.CATALOGUE)))
                                    .overall()));
        }
        return new ComparisonData.Figures(
                estimates(reports, EvaluationReport::overall),
                estimates(reports, EvaluationReport::cold),
                estimates(reports, EvaluationReport::hot),
                own,
                categories,
                sizes,
                Estimate.of(outcomes.stream().mapToDouble(Outcome::seconds).toArray()));
    }

    private static <T> Estimates estimates(List<T> seeds, Function<T, Metrics> part) {
        return Estimates.of(seeds.stream().map(part).toList());
    }

    /**
     * All pairs of models that have figures.
     *
     * @param outcomes by model and seed
     * @return each model against those before it
     */
    List<ComparisonData.Pair> pairs(Map<String, Map<Long, Outcome>> outcomes) {
        Map<String, List<int[]>> ranks = new LinkedHashMap<>();
        outcomes.forEach((model, seeds) -> {
            List<int[]> good = seeds.values().stream()
                    .filter(outcome -> !outcome.failed())
                    .map(outcome -> ranks(outcome, Scope.CATALOGUE))
                    .toList();
            if (!good.isEmpty()) {
                ranks.put(model, good);
            }
        });
        List<String> models = List.copyOf(ranks.keySet());
        List<ComparisonData.Pair> pairs = new ArrayList<>();
        for (int first = 0; first < models.size(); first++) {
            Sampled one = sampled(models.get(first), ranks);
            for (int second = 0; second < first; second++) {
                Sampled other = sampled(models.get(second), ranks);
                Map<CategorySize, Map<Measure, Difference>> sizes = new EnumMap<>(CategorySize.class);
                one.bySize.forEach(
                        (size, means) -> sizes.put(size, means.less(Objects.requireNonNull(other.bySize.get(size)))));
                pairs.add(
                        new ComparisonData.Pair(models.get(first), models.get(second), one.all.less(other.all), sizes));
            }
        }
        return pairs;
    }

    /** Sampled once: of a quarter of a million users that takes seconds. A model is sampled anew when it has another seed. */
    private Sampled sampled(String model, Map<String, List<int[]>> ranks) {
        List<int[]> seeds = Objects.requireNonNull(ranks.get(model));
        return known.computeIfAbsent(model + " " + seeds.size(), _ -> {
            Map<CategorySize, SampledMeans> sizes = new EnumMap<>(CategorySize.class);
            for (CategorySize size : CategorySize.values()) {
                sizes.put(size, bootstrap.sample(ranksIn(size, seeds)));
            }
            return new Sampled(bootstrap.sample(seeds), sizes);
        });
    }

    private List<int[]> ranksIn(CategorySize size, List<int[]> seeds) {
        return seeds.stream().map(ranks -> evaluator.ranksIn(size, ranks)).toList();
    }

    private static int[] ranks(Outcome outcome, Scope scope) {
        return Objects.requireNonNull(outcome.ranks().get(scope));
    }
}

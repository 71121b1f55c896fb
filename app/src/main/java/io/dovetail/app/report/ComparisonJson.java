package io.dovetail.app.report;

import io.dovetail.eval.CategorySize;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Estimates;
import io.dovetail.eval.Measure;
import io.dovetail.eval.Metrics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A comparison as texts, numbers, lists and maps: all there is, in the order of the page. */
final class ComparisonJson {

    private ComparisonJson() {}

    static Map<String, Object> of(ComparisonData data) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("models", data.models());
        json.put("protocol", data.protocol());
        json.put("environment", data.environment());
        json.put("done", data.done());
        json.put("total", data.total());
        json.put("data", data.data().stream().map(ComparisonJson::set).toList());
        return json;
    }

    private static Map<String, Object> set(ComparisonData.Data data) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", data.name());
        json.put("users", data.statistics().users());
        json.put("items", data.statistics().items());
        json.put("events", data.statistics().interactions());
        json.put("itemsByCategory", data.categories());
        if (!data.sweptKey().isEmpty()) {
            json.put("varied", data.sweptKey());
        }
        json.put("models", data.models().stream().map(ComparisonJson::model).toList());
        json.put("differences", data.pairs().stream().map(ComparisonJson::pair).toList());
        return json;
    }

    private static Map<String, Object> model(ComparisonData.Model model) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model.name());
        if (!model.sweptValue().isEmpty()) {
            json.put("value", model.sweptValue());
        }
        model.figures().ifPresent(figures -> {
            json.putAll(estimates(figures.all()));
            json.put("seconds", estimate(figures.seconds()));
            json.put("cold", estimates(figures.cold()));
            json.put("hot", estimates(figures.hot()));
            figures.ownCategory().ifPresent(own -> json.put("withinCategory", estimates(own)));
            Map<String, Object> categories = new LinkedHashMap<>();
            figures.categories().forEach((name, part) -> categories.put(name, estimates(part)));
            json.put("categories", categories);
            Map<String, Object> sizes = new LinkedHashMap<>();
            figures.sizes().forEach((size, part) -> sizes.put(key(size), estimates(part)));
            json.put("categorySizes", sizes);
        });
        json.put("runs", model.runs().stream().map(ComparisonJson::run).toList());
        model.tuning().ifPresent(tuning -> json.put("search", search(tuning)));
        return json;
    }

    private static Map<String, Object> run(ComparisonData.Run run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", run.seed());
        run.figures().ifPresent(figures -> json.putAll(metrics(figures)));
        json.put("epoch", run.epoch());
        json.put("seconds", run.seconds());
        json.put("allSeconds", run.allSeconds());
        json.put("settings", run.settings());
        json.put("warnings", run.warnings());
        if (!run.failure().isEmpty()) {
            json.put("failure", run.failure());
        }
        return json;
    }

    private static Map<String, Object> metrics(Metrics metrics) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (Measure measure : Measure.values()) {
            json.put(measure.key(), measure.of(metrics));
        }
        return json;
    }

    private static Map<String, Object> search(ComparisonData.Tuning tuning) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("space", tuning.space());
        json.put("chosen", tuning.chosen());
        json.put("trials", tuning.trials().stream().map(ComparisonJson::trial).toList());
        return json;
    }

    private static Map<String, @Nullable Object> trial(ComparisonData.Trial trial) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("changes", trial.changes());
        json.put("validHr@100", number(trial.validHr100()));
        json.put("epoch", trial.epoch());
        json.put("seconds", trial.seconds());
        if (!trial.failure().isEmpty()) {
            json.put("failure", trial.failure());
        }
        return json;
    }

    private static Map<String, Object> pair(ComparisonData.Pair pair) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("first", pair.first());
        json.put("second", pair.second());
        json.putAll(differences(pair.differences()));
        Map<String, Object> sizes = new LinkedHashMap<>();
        pair.sizes().forEach((size, differences) -> sizes.put(key(size), differences(differences)));
        json.put("categorySizes", sizes);
        return json;
    }

    private static String key(CategorySize size) {
        return size.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> differences(Map<Measure, Difference> differences) {
        Map<String, Object> json = new LinkedHashMap<>();
        differences.forEach((measure, difference) -> json.put(measure.key(), difference(difference)));
        return json;
    }

    private static Map<String, @Nullable Object> difference(Difference difference) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("mean", number(difference.mean()));
        json.put("low", number(difference.low()));
        json.put("high", number(difference.high()));
        return json;
    }

    private static Map<String, Object> estimates(Estimates estimates) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("users", estimates.users());
        estimates.byMeasure().forEach((measure, estimate) -> json.put(measure.key(), estimate(estimate)));
        return json;
    }

    private static Map<String, @Nullable Object> estimate(Estimate estimate) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("mean", number(estimate.mean()));
        json.put("margin", number(estimate.margin()));
        json.put("seeds", estimate.count());
        return json;
    }

    /** JSON has no NaN. */
    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }
}

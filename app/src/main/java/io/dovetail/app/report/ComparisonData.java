package io.dovetail.app.report;

import io.dovetail.data.DatasetStatistics;
import io.dovetail.eval.CategorySize;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Estimates;
import io.dovetail.eval.Measure;
import io.dovetail.eval.Metrics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to tell of a comparison, finished or not.
 *
 * @param models what each model is, by name
 * @param protocol how models were trained and judged, by name
 * @param environment what it ran on, by name
 * @param done number of trainings that have ended
 * @param total number of all trainings
 * @param data one for each data set that was begun
 */
public record ComparisonData(
        Map<String, String> models,
        Map<String, String> protocol,
        Map<String, String> environment,
        int done,
        int total,
        List<Data> data) {

    /** {@return whether trainings are still to come} */
    public boolean isPartial() {
        return done < total;
    }

    /**
     * The models on one data set.
     *
     * @param name of the data set
     * @param statistics its size
     * @param categories number of items by category
     * @param sweptKey the setting that is varied; empty without a sweep
     * @param models in the order they were named, each value of a sweep by itself
     * @param pairs differences between models; none in a sweep
     */
    public record Data(
            String name,
            DatasetStatistics statistics,
            Map<String, Integer> categories,
            String sweptKey,
            List<Model> models,
            List<Pair> pairs) {

        /** {@return those models that have figures} */
        public List<Model> judged() {
            return models.stream().filter(model -> !model.figures().isEmpty()).toList();
        }

        /** {@return the sizes of categories that a target is in; none before a model has figures} */
        List<CategorySize> sizes() {
            return judged().stream()
                    .limit(1)
                    .flatMap(model -> model.figures().orElseThrow().sizes().entrySet().stream())
                    .filter(part -> part.getValue().users() > 0)
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** {@return the one of the highest HR@100} */
        public Optional<Model> best() {
            return judged().stream()
                    .max(Comparator.comparingDouble(model -> model.hitRate().mean()));
        }

        /** {@return the model of a title; without figures if there is none} */
        public Model model(String title) {
            return models.stream()
                    .filter(model -> model.title().equals(title))
                    .findFirst()
                    .orElseGet(() -> new Model(title, "", List.of(), Optional.empty(), Optional.empty()));
        }
    }

    /**
     * A model, with all its seeds.
     *
     * @param name of the model
     * @param sweptValue value of the setting that is varied; empty without a sweep
     * @param runs one for each seed that has ended
     * @param figures over the runs that did not fail; empty if there is none yet
     * @param tuning the search for its settings, if there was one
     */
    public record Model(
            String name, String sweptValue, List<Run> runs, Optional<Figures> figures, Optional<Tuning> tuning) {

        /** {@return the name, with the value of the setting that is varied} */
        public String title() {
            return sweptValue.isEmpty() ? name : name + " " + sweptValue;
        }

        /** {@return HR@100 of a model that has figures} */
        Estimate hitRate() {
            return figures.orElseThrow().all().of(Measure.HR100);
        }
    }

    /**
     * One training.
     *
     * @param seed of the training
     * @param settings of the recipe; empty for popularity
     * @param epoch number of epochs, chosen on valid
     * @param seconds wall time of the epochs that the judged model was trained for
     * @param allSeconds wall time of everything, the choice of the epoch and evaluation included
     * @param warnings that were given
     * @param failure why there are no figures; empty if there are
     * @param figures of the run
     */
    public record Run(
            long seed,
            Map<String, String> settings,
            int epoch,
            double seconds,
            double allSeconds,
            List<String> warnings,
            String failure,
            Optional<Metrics> figures) {}

    /**
     * Figures over seeds, of all targets and of parts of them.
     *
     * @param all all targets
     * @param cold those in the less popular half of the items
     * @param hot those in the most popular tenth
     * @param ownCategory all targets, ranked among the items of their own category; if asked for
     * @param categories targets by their category
     * @param sizes targets by the size of their category; without users for a size that no target is in
     * @param seconds wall time of training
     */
    public record Figures(
            Estimates all,
            Estimates cold,
            Estimates hot,
            Optional<Estimates> ownCategory,
            Map<String, Estimates> categories,
            Map<CategorySize, Estimates> sizes,
            Estimate seconds) {}

    /**
     * A search for settings.
     *
     * @param space what was searched: ranges in words, by the name of the setting
     * @param trials in the order they were run
     * @param chosen number of the best on valid; -1 if none has ended well
     */
    public record Tuning(Map<String, String> space, List<Trial> trials, int chosen) {}

    /**
     * A trial of a search.
     *
     * @param changes to the recipe
     * @param validHr100 HR@100 on valid; NaN if it failed
     * @param epoch the best on valid
     * @param seconds wall time of all of it
     * @param failure why it has no figure; empty if it has
     */
    public record Trial(Map<String, String> changes, double validHr100, int epoch, double seconds, String failure) {}

    /**
     * Two models on the same users.
     *
     * @param first title of a model
     * @param second title of another
     * @param differences first less second
     * @param sizes the same over the users whose target is in a category of each size; NaN for a size that no target is in
     */
    public record Pair(
            String first,
            String second,
            Map<Measure, Difference> differences,
            Map<CategorySize, Map<Measure, Difference>> sizes) {}
}

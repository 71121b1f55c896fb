package io.dovetail.app.compare;

import io.dovetail.app.progress.Narrator;
import io.dovetail.app.report.ComparisonData;
import io.dovetail.app.report.ComparisonFiles;
import io.dovetail.app.report.Environment;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetStatistics;
import io.dovetail.data.Holdout;
import io.dovetail.model.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Data sets by models by seeds. Every finished training is a file in the comparison's folder; a comparison that was stopped at
 * any moment goes on from them. Pages and tables are drawn anew after each.
 */
public final class Comparison {

    /** A data set that is read when its turn comes. */
    public interface Source {
        /** {@return what people call it; names its folder} */
        String name();

        /**
         * Reads the data.
         *
         * @return the data set
         * @throws IOException if that fails
         */
        Dataset read() throws IOException;
    }

    private final Engine engine;
    private final Plan plan;
    private final Path folder;
    private final Narrator narrator;
    private final Journal journal;

    /**
     * A comparison to run once.
     *
     * @param engine what to compute on
     * @param plan what is compared
     * @param folder where results are kept; need not exist
     * @param narrator hears what happens
     */
    public Comparison(Engine engine, Plan plan, Path folder, Narrator narrator) {
        this.engine = engine;
        this.plan = plan;
        this.folder = folder;
        this.narrator = narrator;
        journal = new Journal(narrator);
    }

    /**
     * Runs what has no file yet.
     *
     * @param sources data sets with distinct names
     * @return all results
     * @throws IOException if reading or writing fails, or the folder holds results of another comparison
     */
    public ComparisonData run(List<? extends Source> sources) throws IOException {
        PlanFile.prepare(folder, plan);
        for (Source source : sources) {
            for (String model : plan.models()) {
                int trials = Models.POPULARITY.equals(model) ? 0 : plan.trials();
                journal.expect(
                        source.name() + "/" + model,
                        trials + plan.seeds() * plan.variants().size());
            }
        }
        List<ComparisonData.Data> finished = new ArrayList<>();
        for (Source source : sources) {
            Dataset dataset = source.read();
            describe(source.name(), dataset);
            DataStudy study = new DataStudy(
                    engine, plan.on(source.name()), source.name(), dataset, folder.resolve(source.name()), journal);
            finished.add(study.run(partial -> {
                List<ComparisonData.Data> all = new ArrayList<>(finished);
                all.add(partial);
                ComparisonFiles.write(data(all), folder);
            }));
        }
        return data(finished);
    }

    private void describe(String name, Dataset dataset) {
        DatasetStatistics statistics = dataset.statistics();
        narrator.say(String.format(
                Locale.ROOT,
                "%s: %,d users, %,d items in %d categories, %,d events",
                name,
                statistics.users(),
                statistics.items(),
                statistics.categories(),
                statistics.interactions()));
    }

    private ComparisonData data(List<ComparisonData.Data> data) {
        Map<String, String> protocol = new LinkedHashMap<>();
        protocol.put("seeds", plan.seed() + " to " + (plan.seed() + plan.seeds() - 1));
        protocol.put(
                "judged on",
                plan.judged() == Holdout.TEST
                        ? "test, after a fit on train and valid for the epochs that were best on valid"
                        : "valid, after a fit on train; the epoch is the best on valid");
        protocol.put(
                "settings",
                plan.settings().isEmpty() ? "the recipes'" : plan.settings().toString());
        protocol.put(
                "search",
                plan.trials() == 0
                        ? "none: recipes as they are"
                        : plan.trials() + " trials a model, random, by HR@100 on valid, seed " + plan.seed());
        plan.sweep().ifPresent(sweep -> protocol.put("varied", sweep.toString()));
        protocol.put("interval over seeds", "95 %, Student's t");
        protocol.put(
                "interval of a difference",
                String.format(Locale.ROOT, "95 %%, paired bootstrap, %,d samples of users", Summary.RESAMPLES));
        Map<String, String> models = new LinkedHashMap<>();
        plan.models().forEach(model -> models.put(model, Models.about(model)));
        return new ComparisonData(
                models, protocol, Environment.of(engine), journal.done(), journal.total(), List.copyOf(data));
    }
}

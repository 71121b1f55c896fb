package io.dovetail.app;

import io.dovetail.app.report.LoggedEpoch;
import io.dovetail.app.report.RunData;
import io.dovetail.app.report.RunPage;
import io.dovetail.app.tensorboard.EventFile;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetStatistics;
import io.dovetail.data.Feature;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Keeps what happens in a training in its folder: {@code metrics.jsonl}, from which the others follow, TensorBoard's
 * {@code events.out.tfevents.*} and {@code report.html}.
 */
final class RunRecorder {
    private final Path folder;
    private final MetricsLog log;
    private final EventFile events;
    private final Map<String, String> environment;
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, String> columns = new LinkedHashMap<>();
    private Map<String, String> data = Map.of();
    private Map<String, String> settings = Map.of();

    /**
     * A recorder of a new training, or of one that goes on.
     *
     * @param folder the run's folder
     * @param environment what it runs on, by name
     */
    RunRecorder(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
        log = new MetricsLog(folder);
        events = new EventFile(folder, Instant.now());
    }

    /** A training begins or goes on; what was recorded of it is kept if {@link #resume} follows. */
    void begin(Dataset dataset, Recipe recipe) throws IOException {
        DatasetStatistics statistics = dataset.statistics();
        data = new LinkedHashMap<>();
        data.put("data set", dataset.name());
        data.put("users", Figures.count(statistics.users()));
        data.put("items", Figures.count(statistics.items()));
        data.put("events", Figures.count(statistics.interactions()));
        data.put("to train on", Figures.count(statistics.train()));
        data.put("to choose by (valid)", Figures.count(statistics.valid()));
        data.put("to judge by (test)", Figures.count(statistics.test()));
        data.put("categories", Figures.count(statistics.categories()));
        data.put("user features", Figures.count(statistics.userFeatures()));
        data.put("item features", Figures.count(statistics.itemFeatures()));
        settings = recipe.settings();
        nameColumns("user.feature", dataset.userFeatures());
        nameColumns("item.feature", dataset.itemFeatures());
        events.begin();
    }

    private void nameColumns(String tables, List<Feature> features) {
        for (int i = 0; i < features.size(); i++) {
            columns.put(tables + i, features.get(i).name());
        }
    }

    /** Keeps a warning; it belongs to the epoch that ends next. */
    void warn(String message) {
        warnings.add(message);
    }

    /** An epoch has ended. */
    void add(EpochReport report) throws IOException {
        log.append(report, warnings);
        warnings.clear();
        List<LoggedEpoch> epochs = log.epochs();
        append(epochs.getLast());
        writeReport();
    }

    /** A training goes on: what was recorded of later epochs is dropped. */
    void resume(Phase phase, int epoch) throws IOException {
        log.keep(phase, epoch);
        events.begin();
        for (LoggedEpoch kept : log.epochs()) {
            append(kept);
        }
    }

    /** {@return the valid figures of the best epoch and its number; empty if there is none} */
    Map<String, Object> best() throws IOException {
        return log.best();
    }

    private void append(LoggedEpoch epoch) throws IOException {
        String phase = epoch.phase().name().toLowerCase(Locale.ROOT);
        Map<String, Double> scalars = new LinkedHashMap<>();
        epoch.figures().forEach((name, value) -> scalars.put(phase + "/" + name, value));
        events.append(scalars, epoch.epoch(), epoch.time());
    }

    /** Writes the report anew, with the warnings since the last epoch too. */
    void writeReport() throws IOException {
        List<LoggedEpoch> epochs = log.epochs();
        List<String> all = new ArrayList<>();
        epochs.forEach(epoch -> all.addAll(epoch.warnings()));
        all.addAll(warnings);
        RunPage.write(
                new RunData(
                        String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
                        data,
                        settings,
                        epochs,
                        all,
                        columns,
                        environment),
                folder.resolve("report.html"));
    }
}

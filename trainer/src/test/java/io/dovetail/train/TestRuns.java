package io.dovetail.train;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Small trainings, and what tests do to their files. */
public final class TestRuns {

    private TestRuns() {}

    /** {@return DAT of a size that trains an epoch in some milliseconds, from noise and with a table for each part} */
    public static Recipe smallDat() {
        return Recipes.dat()
                .withAll(Map.ofEntries(
                        Map.entry("embedding", "6"),
                        Map.entry("augmented", "4"),
                        Map.entry("layers", "10-4"),
                        Map.entry("history", "2-5"),
                        Map.entry("history-table", "own"),
                        Map.entry("pretraining-sweeps", "0"),
                        Map.entry("batch", "64"),
                        Map.entry("negatives", "20"),
                        Map.entry("temperature", "0.07"),
                        Map.entry("alignment", "1"),
                        Map.entry("table-rate", "3"),
                        Map.entry("dropout", "0.1"),
                        Map.entry("epochs", "4")));
    }

    /** {@return the paper's DAT of the same size} */
    public static Recipe smallPaper() {
        return Recipes.paperTrainable()
                .withAll(Map.of("embedding", "6", "augmented", "4", "layers", "10-4", "batch", "64", "epochs", "4"));
    }

    /** {@return weighted ALS of the same size} */
    public static Recipe smallWals() {
        return Recipes.wals()
                .withAll(Map.of(
                        "embedding", "6", "epochs", "4", "wals-unobserved", "0.1", "wals-regularization", "0.003"));
    }

    /** {@return a model of several interests of the same size} */
    public static Recipe smallMind() {
        return smallDat()
                .withAll(Map.of(
                        "interests", "3",
                        "interest-history", "6",
                        "augmented", "0",
                        "mimic-user", "0",
                        "mimic-item", "0"));
    }

    /** {@return 70 users and 130 items, so that the first 100 are not all} */
    public static Dataset data() {
        return TestDatasets.planted(70, 130, 4, 14, 3);
    }

    /** A new trainer, in memory, of what there is but for the valid events. */
    static ModelTrainer trainer(Engine engine, Arena arena, Dataset dataset, Recipe recipe) {
        return ModelTrainer.of(
                engine, arena, Storage.memory(), dataset, recipe, Holdout.VALID, (step, steps, pairs) -> {});
    }

    /** Trains to the end. */
    public static Recorder train(Path folder, Dataset dataset, Recipe recipe, Ending ending) throws IOException {
        Recorder recorder = new Recorder();
        try (Workers workers = Workers.of(2)) {
            TrainingJob.start(
                    new Engine(Kernels.best(), workers), Storage.memory(), folder, dataset, recipe, ending, recorder);
        }
        return recorder;
    }

    /** Thrown by a listener to interrupt a training. */
    static final class Interruption extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Keeps what it hears, and interrupts the training at a moment: the end of a step or of an epoch. */
    public static final class Recorder implements TrainingListener {
        final List<EpochReport> reports = new ArrayList<>();
        final List<String> warnings = new ArrayList<>();
        final List<Integer> resumedAfter = new ArrayList<>();

        /** What was heard of pretraining: part of the training and halves of sweeps. */
        final List<String> pretraining = new ArrayList<>();

        private final int last;
        int moments;

        Recorder() {
            this(Integer.MAX_VALUE);
        }

        Recorder(int last) {
            this.last = last;
        }

        private void moment() {
            if (++moments == last) {
                throw new Interruption();
            }
        }

        @Override
        public void onPretraining(EpochReport.Phase phase, int half, int halves) {
            pretraining.add(phase + " " + half + "/" + halves);
        }

        @Override
        public void onStep(EpochReport.Phase phase, int epoch, int step, int steps, long pairs) {
            moment();
        }

        @Override
        public void onEpoch(EpochReport report) {
            reports.add(report);
            moment();
        }

        @Override
        public void onResume(EpochReport.Phase phase, int epoch) {
            resumedAfter.add(epoch);
        }

        @Override
        public void onWarning(String message) {
            warnings.add(message);
        }
    }

    /** Writes a section in place of the one in a file. */
    @FunctionalInterface
    interface Forgery {
        void write(SectionFileWriter writer, SectionFile original) throws IOException;
    }

    /** Puts another section into a file, under right checksums. */
    static void forge(Path file, String kind, String section, Forgery forgery) throws IOException {
        Path forged = file.resolveSibling("forged");
        try (Arena arena = Arena.ofConfined();
                SectionFileWriter writer = new SectionFileWriter(forged, kind, Run.VERSION)) {
            SectionFile original = SectionFile.open(file, kind, Run.VERSION, arena);
            for (String name : original.names()) {
                if (name.equals(section)) {
                    forgery.write(writer, original);
                } else {
                    writer.begin(name);
                    writer.append(original.section(name));
                }
            }
            writer.commit();
        }
        Files.delete(file);
        Files.move(forged, file);
    }

    /** Changes the text of a file's settings, under right checksums. */
    static void forgeAbout(Path file, String kind, UnaryOperator<String> change) throws IOException {
        forge(file, kind, "about", (writer, original) -> writer.text("about", change.apply(original.text("about"))));
    }
}

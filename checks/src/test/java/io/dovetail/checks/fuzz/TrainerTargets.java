package io.dovetail.checks.fuzz;

import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.train.DivergedException;
import io.dovetail.train.Embeddings;
import io.dovetail.train.EpochReport;
import io.dovetail.train.Recipe;
import io.dovetail.train.Recipes;
import io.dovetail.train.Run;
import io.dovetail.train.TrainingJob;
import io.dovetail.train.TrainingListener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The readers of the trainer: the files of a run, and data sets in text. */
final class TrainerTargets implements AutoCloseable {

    private static final String ITEMS = """
        id\tname\tcategory\tattributes\tprice
        i0\tA lamp\tlight\tred,large\t3.5
        i1\tA chair\tseat\tred\t12
        i2\tA stool\tseat\tsmall,blue\t9.25
        i3\tA torch\tlight\t\t
        """;

    private final Path folder;
    private final Workers workers = Workers.of(1);
    private final Engine engine = new Engine(Kernels.best(), workers);

    /**
     * Readers whose files are in a folder.
     *
     * @param folder where to put them
     */
    TrainerTargets(Path folder) {
        this.folder = folder;
    }

    /** {@return all of them} */
    List<Target> all() throws IOException {
        List<Target> targets = new ArrayList<>();
        targets.addAll(texts());
        targets.addAll(run());
        return targets;
    }

    /** Stops a training. */
    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Stops a training when it has begun to go on, or after its first epoch. */
    private static class Stopping implements TrainingListener {

        @Override
        public void onStep(EpochReport.Phase phase, int epoch, int step, int steps, long pairs) {
            if (epoch > 1) {
                throw new Stop();
            }
        }

        @Override
        public void onEpoch(EpochReport report) {
            throw new Stop();
        }

        @Override
        public void onResume(EpochReport.Phase phase, int epoch) {}

        @Override
        public void onWarning(String message) {}
    }

    /** Stops a training when all that it begins with has been read. */
    private static final class StoppingAtOnce extends Stopping {

        @Override
        public void onBegin(Dataset dataset, Recipe recipe) {
            throw new Stop();
        }
    }

    private List<Target> texts() throws IOException {
        StringBuilder tsv = new StringBuilder("user\titem\tts\n");
        StringBuilder json = new StringBuilder();
        Random random = new Random(5);
        for (int event = 0; event < 60; event++) {
            String user = "u" + event / 6;
            String item = "i" + random.nextInt(4);
            tsv.append(user)
                    .append('\t')
                    .append(item)
                    .append('\t')
                    .append(1_000_000 + event)
                    .append('\n');
            json.append("{\"user\": \"%s\", \"item\": \"%s\", \"ts\": %d}%n".formatted(user, item, 1_000_000 + event));
        }
        String csv = tsv.toString().replace('\t', ',').replace("u1", "\"u,1\"");
        return List.of(
                text("interactions", "interactions.tsv", tsv.toString()),
                text("csv", "interactions.csv", csv),
                text("json lines", "interactions.jsonl", json.toString()),
                items(tsv.toString()));
    }

    private Target text(String name, String file, String good) throws IOException {
        Path data = Files.createDirectories(folder.resolve(name));
        return target(name, data, data.resolve(file), good);
    }

    private Target items(String interactions) throws IOException {
        Path data = Files.createDirectories(folder.resolve("items"));
        Files.writeString(data.resolve("interactions.tsv"), interactions);
        return target("items", data, data.resolve("items.tsv"), ITEMS);
    }

    private static Target target(String name, Path data, Path file, String good) {
        return new Target(
                name,
                file,
                List.of(good.getBytes(StandardCharsets.UTF_8)),
                new TextDamage().or(0.3, new ByteDamage()),
                arena -> DatasetReader.read(data, DatasetSpec.defaults()),
                Target.TEXT);
    }

    private List<Target> run() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        StringBuilder tsv = new StringBuilder("user\titem\n");
        Random random = new Random(5);
        for (int event = 0; event < 80; event++) {
            tsv.append("u")
                    .append(event / 8)
                    .append("\ti")
                    .append(random.nextInt(4))
                    .append('\n');
        }
        Files.writeString(data.resolve("interactions.tsv"), tsv);
        Files.writeString(data.resolve("items.tsv"), ITEMS);
        Dataset dataset = DatasetReader.read(data, DatasetSpec.defaults());
        Recipe recipe =
                Recipes.dat().withAll(Map.of("embedding", "4", "augmented", "4", "layers", "8-4", "epochs", "3"));
        Path trained = folder.resolve("run");
        TrainingJob.Ending refit = TrainingJob.Ending.REFIT;
        stopped(() -> TrainingJob.start(engine, Storage.memory(), trained, dataset, recipe, refit, new Stopping()));
        return List.of(
                of(trained, "model.dvt", path -> arena -> open(path, arena)),
                of(trained, "catalog.dvt", path -> arena -> open(path, arena)),
                of(trained, "state.dvt", path -> arena -> stopped(() -> resume(path))),
                of(trained, "moments.dvt", path -> arena -> stopped(() -> goOn(path, dataset, recipe))));
    }

    /** What reads a file of a run, in which folder. */
    private interface InFolder {
        Target.Reading reading(Path run);
    }

    private Target of(Path trained, String name, InFolder how) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("run of " + name));
        for (String file : List.of("model.dvt", "catalog.dvt", "state.dvt", "moments.dvt")) {
            Files.copy(trained.resolve(file), copy.resolve(file));
        }
        byte[] good = Files.readAllBytes(trained.resolve(name));
        int factor = name.equals("state.dvt") ? Target.TRAINING : Target.BINARY;
        return new Target(name, copy.resolve(name), List.of(good), Targets.sections(), how.reading(copy), factor);
    }

    private void open(Path run, Arena arena) throws IOException {
        Run opened = Run.open(run, arena);
        Embeddings.of(engine, arena, opened.model());
    }

    private void resume(Path run) throws IOException {
        try {
            TrainingJob.resume(engine, Storage.memory(), run, new Stopping());
        } catch (DivergedException e) {
            throw new Stop(); // it has been read, and it has numbers that no training goes on with
        }
    }

    private void goOn(Path run, Dataset dataset, Recipe recipe) throws IOException {
        TrainingJob.startFrom(
                engine,
                Storage.memory(),
                folder.resolve("not made"),
                dataset,
                recipe,
                TrainingJob.Ending.REFIT,
                run,
                new StoppingAtOnce());
    }

    /** A training that is stopped. */
    private interface Training {
        void run() throws IOException;
    }

    private static void stopped(Training training) throws IOException {
        try {
            training.run();
            throw new AssertionError("a training ended before it was stopped");
        } catch (Stop e) {
            // as wanted: what it begins with has been read
        }
    }

    @Override
    public void close() {
        workers.close();
    }
}

package io.dovetail.app;

import io.dovetail.data.Vocabulary;
import io.dovetail.index.VectorFiles;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.train.Embeddings;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a run's vectors for other tools. */
@Command(
        name = "export",
        description = {
            "Writes the vectors of all users and items, and their ids.",
            "",
            "users.npy and items.npy hold a vector a row, users.ids.txt and items.ids.txt the id of each row. Vectors"
                    + " have length 1; a score is an inner product. Users' vectors take all of their"
                    + " items into account, as 'recommend' does."
        },
        footer = {"", "Example:", "  dovetail export --run runs/shop --out vectors/ --format fvecs"})
final class ExportCommand extends AppCommand {

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder that 'train' has written.")
    private Path folder;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where to write; made if absent.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "npy (the default), or fvecs: per vector an int32 dimension and float32 values.")
    private String format = "npy";

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    ExportCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        if (!format.equals("npy") && !format.equals("fvecs")) {
            throw new UserException("--format: '" + format + "' is none of npy, fvecs");
        }
        try (Workers workers = engines.workers();
                Arena arena = Arena.ofShared()) {
            Run run = Run.open(folder, arena);
            Engine engine = new Engine(Kernels.best(), workers);
            Embeddings embeddings = Embeddings.of(
                    engine, arena, run.modelWith(FittedEvents.all(run.dataset().interactions())));
            Files.createDirectories(out);
            write("users", embeddings.users(), run.dataset().users());
            write("items", embeddings.items(), run.dataset().items());
            result(() -> json(embeddings));
        }
    }

    private void write(String side, Matrix vectors, Vocabulary ids) throws IOException {
        Path file = out.resolve(side + "." + format);
        VectorFiles.write(file, vectors);
        Files.write(out.resolve(side + ".ids.txt"), ids.ids());
        say(file + ": " + Figures.count(vectors.rows()) + " vectors of dimension " + vectors.cols());
    }

    private Map<String, Object> json(Embeddings embeddings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("out", out.toString());
        json.put("format", format);
        json.put("users", embeddings.users().rows());
        json.put("items", embeddings.items().rows());
        json.put("dimension", embeddings.items().cols());
        return json;
    }
}

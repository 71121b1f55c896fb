package io.dovetail.app;

import io.dovetail.app.onnx.InputGuide;
import io.dovetail.app.onnx.OnnxTower;
import io.dovetail.data.Vocabulary;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Tower;
import io.dovetail.model.TwoTower;
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

/** Writes a run's vectors, or the towers that make them, for other tools. */
@Command(
        name = "export",
        description = {
            "Writes the vectors of all users and items, and their ids; or both towers as ONNX models.",
            "",
            "users.npy and items.npy hold a vector a row, users.ids.txt and items.ids.txt the id of each row. A"
                    + " score is an inner product of two vectors, which have length 1 but with head=dot. Users'"
                    + " vectors take all of their items into account, as 'recommend' does.",
            "",
            "With --format onnx: users.onnx and items.onnx, which make such vectors of an entity's rows in the"
                    + " embedding tables; users.json and items.json say how these are found, users.rows.tsv and"
                    + " items.rows.tsv give those of known ids."
        },
        footer = {
            "",
            "Examples:",
            "  dovetail export --run runs/shop --out vectors/ --format fvecs",
            "  dovetail export --run runs/shop --out towers/ --format onnx"
        })
final class ExportCommand extends AppCommand {
    private static final String ONNX = "onnx";

    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder that 'train' has written.")
    private Path folder;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where to write; made if absent.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "npy (the default); fvecs: per vector an int32 dimension and float32 values; or onnx.")
    private String format = "npy";

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    ExportCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        VectorOutput.requireFormat(format, "npy, fvecs, onnx");
        try (Workers workers = engines.workers();
                Arena arena = Arena.ofShared()) {
            Run run = Run.open(folder, arena);
            Files.createDirectories(out);
            if (format.equals(ONNX)) {
                requireOneVector(run);
                writeTower("user", run.model().users(), run);
                writeTower("item", run.model().items(), run);
            } else {
                Encoder encoder = new Encoder(new Engine(Kernels.best(), workers), arena);
                TwoTower model = run.modelWith(FittedEvents.all(run.dataset().interactions()));
                writeVectors("users", encoder, model.users(), run.dataset().users());
                writeVectors("items", encoder, model.items(), run.dataset().items());
            }
            result(() -> json(run));
        }
    }

    private static void requireOneVector(Run run) {
        if (!run.recipe().model().interests().isNone()) {
            throw new UserException("--format onnx: users of " + run.folder() + " have several interests, whose routing"
                    + " is no layer that is exported; take --format npy, or encode new users with 'dovetail encode'");
        }
    }

    private void writeVectors(String side, Encoder encoder, Tower tower, Vocabulary ids) throws IOException {
        long vectors;
        try (VectorOutput output = new VectorOutput(out, side, format, tower.dimension())) {
            encoder.encode(tower, ids, output);
            vectors = output.rows();
            output.commit();
        }
        say(out.resolve(side + "." + format) + ": " + Figures.count(vectors) + " vectors of dimension "
                + tower.dimension());
    }

    private void writeTower(String side, Tower tower, Run run) throws IOException {
        String fingerprint = run.model().fingerprint();
        Path file = out.resolve(side + "s.onnx");
        OnnxTower.write(tower, side, Map.of("fingerprint", fingerprint), file);
        InputGuide guide = new InputGuide(run.dataset(), tower, side);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", String.valueOf(file.getFileName()));
        json.put("fingerprint", fingerprint);
        json.put("output", OnnxTower.OUTPUT);
        json.put("dimension", run.model().spec().dimension());
        json.put("blocks", guide.blocks());
        ReplacedFile.write(out.resolve(side + "s.json"), Json.text(json) + "\n");
        guide.writeRows(out.resolve(side + "s.rows.tsv"));
        say(file + ": " + String.join(", ", OnnxTower.blocks(tower)) + " -> " + OnnxTower.OUTPUT + " of dimension "
                + run.model().spec().dimension());
    }

    private Map<String, Object> json(Run run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("out", out.toString());
        json.put("format", format);
        json.put("users", run.dataset().users().size());
        json.put("items", run.dataset().items().size());
        json.put("dimension", run.model().spec().dimension());
        return json;
    }
}

package io.dovetail.app;

import io.dovetail.importer.Imported;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the commands that import a public data set share. */
abstract class ImportCommand extends AppCommand {

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "The data set's folder, to be made; must be empty or absent.")
    private Path out;

    ImportCommand(Console console) {
        super(console);
    }

    /** Imports into a folder. */
    abstract Imported run(Path target, Imported.Progress progress) throws IOException;

    @Override
    final void run() throws IOException {
        Imported imported;
        try (ProgressLine progress = progressLine()) {
            imported = run(out, (file, lines) -> progress.update(() -> file + ": " + Figures.count(lines) + " lines"));
        }
        say(out + ": " + Figures.count(imported.users()) + " users, " + Figures.count(imported.items()) + " items, "
                + Figures.count(imported.interactions()) + " events");
        result(() -> json(imported));
    }

    private Map<String, Object> json(Imported imported) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("out", out.toString());
        json.put("users", imported.users());
        json.put("items", imported.items());
        json.put("interactions", imported.interactions());
        return json;
    }
}

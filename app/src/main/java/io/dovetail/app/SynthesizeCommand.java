package io.dovetail.app;

import io.dovetail.synthetic.Synthesizer;
import io.dovetail.synthetic.SyntheticSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes up a data set of a stated size. */
@Command(
        name = "synthesize",
        description = {
            "Makes up a data set of a stated size, with a structure that a model can find.",
            "",
            "Items belong to categories of uneven sizes, with four styles each; users have tastes that drift over"
                + " their history; popularity inside a style is Zipf's. The same sizes and seed give the same bytes."
                + " Streams: memory grows with the number of items alone. docs/data.md describes the structure."
        },
        footer = {
            "",
            "Example:",
            "  dovetail synthesize --users 1000000 --items 1000000 --interactions 20000000 --out large/"
        })
final class SynthesizeCommand extends AppCommand {

    @Option(names = "--users", required = true, paramLabel = "N", description = "Number of users.")
    private int users;

    @Option(names = "--items", required = true, paramLabel = "N", description = "Number of items.")
    private int items;

    @Option(names = "--interactions", required = true, paramLabel = "N", description = "Number of events, in all.")
    private long interactions;

    @Option(names = "--categories", paramLabel = "N", description = "Number of categories (default: 20).")
    private int categories = 20;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of all that is random (default: 1).")
    private long seed = 1;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "The data set's folder, to be made; must be empty or absent.")
    private Path out;

    SynthesizeCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        SyntheticSpec spec =
                UserException.ifRefused(() -> new SyntheticSpec(users, items, interactions, categories, seed));
        try (ProgressLine progress = progressLine()) {
            Synthesizer.write(
                    spec,
                    out,
                    done -> progress.update(
                            () -> Figures.count(done) + " of " + Figures.count(interactions) + " events"));
        }
        say(out + ": " + Figures.count(users) + " users, " + Figures.count(items) + " items, "
                + Figures.count(interactions) + " events");
        result(this::json);
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("out", out.toString());
        json.put("users", users);
        json.put("items", items);
        json.put("interactions", interactions);
        json.put("categories", categories);
        json.put("seed", seed);
        return json;
    }
}

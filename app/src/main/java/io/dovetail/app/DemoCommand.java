package io.dovetail.app;

import io.dovetail.app.demo.Demo;
import io.dovetail.app.demo.DemoData;
import io.dovetail.app.demo.DemoFolder;
import io.dovetail.app.demo.DemoSetting;
import io.dovetail.app.report.ReportData;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Goes the whole way on the bundled data. */
@Command(
        name = "demo",
        description = {
            "Goes the whole way on bundled data: trains, evaluates, builds the index, recommends, writes report.html.",
            "",
            "The data is Online Retail (UCI, CC BY 4.0). Trained are DAT as Dovetail does it and, briefly, DAT as the"
                    + " paper has it. A folder that a demo wrote may be given again: what it wrote is replaced."
        },
        footer = {
            "",
            "Exit code 1 if --floor is not reached.",
            "",
            "Examples:",
            "  dovetail demo",
            "  dovetail demo --out my-demo --quick --floor 0.36 --json"
        })
final class DemoCommand extends AppCommand {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder to write to (default: ${DEFAULT-VALUE}).",
            defaultValue = "dovetail-demo")
    private Path out;

    @Option(names = "--quick", description = "Train less, to see that everything works.")
    private boolean quick;

    @Option(
            names = "--floor",
            paramLabel = "X",
            description = "Fail if HR@100 of DAT on test is below X, a share such as 0.3.")
    private @Nullable Double floor;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Selects everything random (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    @Mixin
    private final EngineOptions engines = new EngineOptions();

    DemoCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException, FloorException {
        if (floor != null && !(floor >= 0 && floor <= 1)) {
            throw new UserException("--floor: " + floor + " is no share; give a number from 0 to 1");
        }
        DemoFolder folder = DemoFolder.prepare(out);
        DemoSetting setting = quick ? DemoSetting.quick(seed) : DemoSetting.full(seed);
        ReportData report;
        try (Workers workers = engines.workers();
                ProgressLine progress = progressLine()) {
            Engine engine = new Engine(Kernels.best(), workers);
            report = new Demo(engine, folder, setting, narrator(progress)).run(DemoData.bundled(folder.data()));
        }
        say("Done in " + Figures.time(report.seconds()) + ". Open the report: "
                + folder.report().toAbsolutePath());
        result(() -> json(report, folder));
        FloorException.check(floor, report.models().getFirst().test().overall().hr100());
    }

    private static Map<String, Object> json(ReportData report, DemoFolder folder) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("dat", Figures.json(report.models().get(0).test()));
        json.put("paper", Figures.json(report.models().get(1).test()));
        json.put("paperTrainable", Figures.json(report.models().get(2).test()));
        json.put("popularity", Figures.json(report.popularity()));
        json.put("index", index(report.index()));
        json.put("seconds", report.seconds());
        json.put("report", folder.report().toString());
        return json;
    }

    private static Map<String, Object> index(ReportData.Index index) {
        Map<String, Object> json = new LinkedHashMap<>();
        List<Map<String, Object>> sweep = new ArrayList<>();
        for (ReportData.Probe probe : index.sweep()) {
            sweep.add(probe(probe));
            if (probe.nprobe() <= index.nprobe()) {
                json.putAll(probe(probe));
            }
        }
        json.put("sweep", sweep);
        return json;
    }

    private static Map<String, Object> probe(ReportData.Probe probe) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("nprobe", probe.nprobe());
        json.put("recall@10", probe.recall10());
        json.put("recall@100", probe.recall100());
        json.put("micros", probe.micros());
        return json;
    }
}

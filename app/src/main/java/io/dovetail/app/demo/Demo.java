package io.dovetail.app.demo;

import io.dovetail.app.progress.Narrator;
import io.dovetail.app.report.Environment;
import io.dovetail.app.report.ReportData;
import io.dovetail.app.report.ReportPage;
import io.dovetail.data.Categories;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetStatistics;
import io.dovetail.data.Holdout;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Evaluator;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Storage;
import io.dovetail.recommend.Recommender;
import io.dovetail.train.Embeddings;
import io.dovetail.train.Run;
import io.dovetail.train.TrainingJob;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The whole way: read, train, evaluate, build the index, recommend, write the report. */
public final class Demo {
    private static final int CUSTOMERS = 5;
    private static final String INDEX_FILE = "items.ivfpq";

    private final Engine engine;
    private final DemoFolder folder;
    private final DemoSetting setting;
    private final Narrator narrator;
    private final long begin = System.nanoTime();

    /**
     * A demo to run once.
     *
     * @param engine what to compute on
     * @param folder where to write
     * @param setting what to train
     * @param narrator hears what happens
     */
    public Demo(Engine engine, DemoFolder folder, DemoSetting setting, Narrator narrator) {
        this.engine = engine;
        this.folder = folder;
        this.setting = setting;
        this.narrator = narrator;
    }

    /**
     * Runs it.
     *
     * @param data what to train on
     * @return what the report tells
     * @throws IOException if reading or writing fails
     */
    public ReportData run(DemoData data) throws IOException {
        announce("1/7", "Read the data from " + data.folder());
        Dataset dataset = data.read();
        ReportData.Source source = source(data, dataset);
        describe(source);
        try (Arena arena = Arena.ofShared()) {
            List<EpochLog> logs = train(dataset);
            Evaluator evaluator = new Evaluator(engine, dataset, Holdout.TEST);
            announce("4/7", "Evaluate on test: rank all " + dataset.items().size() + " items for every customer");
            EvaluationReport popularity = evaluator.evaluatePopularity();
            sayFigures("popularity", popularity);
            List<ReportData.Model> models = new ArrayList<>();
            for (int i = logs.size() - 1; i >= 0; i--) {
                models.addFirst(judge(setting.contenders().get(i), logs.get(i), evaluator));
            }
            sayParts(models.getFirst());

            Run run = Run.open(folder.run(setting.contenders().getFirst().folder()), arena);
            FittedEvents history = FittedEvents.of(dataset.interactions(), Holdout.TEST);
            Embeddings embeddings = Embeddings.of(engine, arena, run.modelWith(history));
            Path file = run.folder().resolve(INDEX_FILE);
            announce("5/7", "Build the IVF-PQ index of the items: " + file);
            IvfPqIndex index = IndexStudy.build(
                    engine, embeddings.items(), run.model().fingerprint(), setting.seed(), file, arena);
            ReportData.Index study = IndexStudy.study(index, embeddings, file);
            saySweep(study);

            announce("6/7", "Recommend from the index");
            List<ReportData.Customer> customers;
            try (Recommender recommender = new Recommender(run, history, index, engine)) {
                customers =
                        new CustomerStudy(dataset, recommender, index.defaults()).customers(CUSTOMERS, setting.seed());
            }
            customers.forEach(this::sayCustomer);

            announce("7/7", "Write the report: " + folder.report());
            ReportData report = new ReportData(
                    source, popularity, models, study, customers, environment(), commands(customers), seconds());
            ReportPage.write(report, folder.report());
            return report;
        }
    }

    private static ReportData.Source source(DemoData data, Dataset dataset) {
        Categories categories = dataset.categories();
        Map<String, Integer> items = new LinkedHashMap<>();
        for (int category = 0; category < categories.size(); category++) {
            items.put(categories.names().id(category), categories.items(category));
        }
        return new ReportData.Source(data.name(), dataset.statistics(), items, data.notes());
    }

    private void describe(ReportData.Source source) {
        DatasetStatistics statistics = source.statistics();
        say(String.format(
                Locale.ROOT,
                "    %s: %,d customers, %,d items in %d categories, %,d purchases (%,d to train on, %,d valid, %,d"
                        + " test)",
                source.name(),
                statistics.users(),
                statistics.items(),
                statistics.categories(),
                statistics.interactions(),
                statistics.train(),
                statistics.valid(),
                statistics.test()));
        source.notes().forEach(note -> say("    " + note));
    }

    /** Trains the first model, then the others beside it. */
    private List<EpochLog> train(Dataset dataset) throws IOException {
        List<EpochLog> logs = new ArrayList<>();
        for (DemoSetting.Contender contender : setting.contenders()) {
            announce(logs.isEmpty() ? "2/7" : "3/7", "Train " + contender.name() + ": " + contender.about());
            EpochLog log = new EpochLog(narrator);
            TrainingJob.start(
                    engine,
                    Storage.memory(),
                    folder.run(contender.folder()),
                    dataset,
                    contender.recipe(),
                    Ending.REFIT,
                    log);
            logs.add(log);
        }
        return logs;
    }

    private ReportData.Model judge(DemoSetting.Contender contender, EpochLog log, Evaluator evaluator)
            throws IOException {
        try (Arena arena = Arena.ofShared()) {
            Run run = Run.open(folder.run(contender.folder()), arena);
            FittedEvents history = FittedEvents.of(run.dataset().interactions(), Holdout.TEST);
            Embeddings embeddings = Embeddings.of(engine, arena, run.modelWith(history));
            EvaluationReport test = evaluator.evaluate(embeddings.users(), embeddings.items());
            sayFigures(contender.name(), test);
            return new ReportData.Model(
                    contender.name(),
                    contender.about(),
                    contender.recipe().settings(),
                    log.epochs(),
                    log.warnings(),
                    test);
        }
    }

    private void sayFigures(String name, EvaluationReport report) {
        say(String.format(Locale.ROOT, "    %-22s %s", name, report.overall().line()));
    }

    private void sayParts(ReportData.Model model) {
        EvaluationReport report = model.test();
        say("    " + model.name() + ", by category of the item bought:");
        report.categories()
                .forEach((name, metrics) -> say(String.format(Locale.ROOT, "      %-20s %s", name, metrics.line())));
        say(String.format(
                Locale.ROOT, "      %-20s %s", "hot items", report.hot().line()));
        say(String.format(
                Locale.ROOT, "      %-20s %s", "cold items", report.cold().line()));
    }

    private void saySweep(ReportData.Index index) {
        for (ReportData.Probe probe : index.sweep()) {
            say(String.format(
                    Locale.ROOT,
                    "    nprobe %3d: recall@10 %.4f, recall@100 %.4f, %.1f µs per query",
                    probe.nprobe(),
                    probe.recall10(),
                    probe.recall100(),
                    probe.micros()));
        }
        say(String.format(
                Locale.ROOT,
                "    exact search: %.1f µs per query (one thread, the best of three short passes: indicative times)",
                index.exactMicros()));
    }

    private void sayCustomer(ReportData.Customer customer) {
        say(String.format(
                Locale.ROOT,
                "    Customer %s %s bought lately: %s",
                customer.id(),
                customer.country(),
                String.join("; ", customer.bought())));
        for (int place = 1; place <= customer.suggestions().size(); place++) {
            ReportData.Suggestion suggestion = customer.suggestions().get(place - 1);
            say(String.format(
                    Locale.ROOT,
                    "      %2d  %.3f  %s (%s)%s",
                    place,
                    suggestion.score(),
                    suggestion.name(),
                    suggestion.category(),
                    place == customer.rank() ? "  <-- bought next, unseen by the model" : ""));
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = Environment.of(engine);
        environment.put("seed", Long.toString(setting.seed()));
        return environment;
    }

    private List<String> commands(List<ReportData.Customer> customers) {
        List<String> commands = new ArrayList<>();
        commands.add("bin/dovetail demo --seed " + setting.seed());
        Path run = folder.run(setting.contenders().getFirst().folder());
        commands.add("bin/dovetail evaluate --run " + run + " --split test");
        customers.stream()
                .limit(1)
                .forEach(customer -> commands.add(
                        "bin/dovetail recommend --run " + run + " --user " + customer.id() + " --k 20 --exclude-seen"));
        return commands;
    }

    private double seconds() {
        return (System.nanoTime() - begin) * 1e-9;
    }

    private void announce(String step, String what) {
        say(String.format(Locale.ROOT, "[%s] %s (%.1f s)", step, what, seconds()));
    }

    private void say(String line) {
        narrator.say(line);
    }
}

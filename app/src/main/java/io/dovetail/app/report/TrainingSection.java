package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.app.page.Scale;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** How the trainings went: hit rates and losses by epoch. */
final class TrainingSection {
    private static final String EPOCH = "epoch";

    private TrainingSection() {}

    static void write(Markup page, List<ReportData.Model> models) {
        page.open("section").element("h2", "How it learned");
        page.element(
                "p",
                "Each model is fitted on the train events and judged on valid after every epoch, then fitted anew on"
                        + " train and valid, for as many epochs as were best.");
        page.open("div", "columns").open("figure", "card");
        page.element("figcaption", "HR@100 on valid by epoch");
        List<Series> hitRates = models.stream()
                .map(model -> new Series(model.name(), values(phase(model, Phase.SELECT), TrainingSection::hitRate)))
                .toList();
        draw(page, "HR@100 on valid by epoch", Scale.fromZero(Series.all(hitRates)), hitRates);
        page.close();
        models.forEach(model -> drawLoss(page, model));
        page.close();
        models.forEach(model -> writeEpochs(page, model));
        page.close();
    }

    private static void drawLoss(Markup page, ReportData.Model model) {
        ToDoubleFunction<EpochReport> objective = epoch -> epoch.losses().objective();
        List<Series> losses = List.of(
                new Series("on train", values(phase(model, Phase.SELECT), objective)),
                new Series("on train and valid", values(phase(model, Phase.REFIT), objective)));
        page.open("figure", "card");
        page.element("figcaption", "Main loss of " + model.name());
        draw(page, "Main loss of " + model.name() + " by epoch", Scale.around(Series.all(losses)), losses);
        page.close();
    }

    private static void draw(Markup page, String title, Scale scale, List<Series> series) {
        int epochs =
                series.stream().mapToInt(line -> line.values().size()).max().orElse(0);
        List<String> positions =
                IntStream.rangeClosed(1, epochs).mapToObj(Integer::toString).toList();
        new SvgLineChart(title, EPOCH, positions, scale, series).draw(page);
    }

    private static List<EpochReport> phase(ReportData.Model model, Phase phase) {
        return model.epochs().stream().filter(epoch -> epoch.phase() == phase).toList();
    }

    private static List<Double> values(List<EpochReport> epochs, ToDoubleFunction<EpochReport> value) {
        return epochs.stream().map(value::applyAsDouble).toList();
    }

    private static double hitRate(EpochReport epoch) {
        EvaluationReport valid = epoch.valid();
        return valid == null ? Double.NaN : valid.overall().hr100();
    }

    private static void writeEpochs(Markup page, ReportData.Model model) {
        page.open("details").element("summary", "Epochs of " + model.name());
        List<List<String>> rows = new ArrayList<>();
        for (EpochReport epoch : model.epochs()) {
            rows.add(List.of(
                    switch (epoch.phase()) {
                        case SELECT -> "train " + epoch.epoch();
                        case REFIT -> "train and valid " + epoch.epoch();
                    },
                    Numbers.figure(epoch.losses().objective()),
                    Numbers.figure(epoch.losses().mimicUser()),
                    Numbers.figure(epoch.losses().mimicItem()),
                    Numbers.figure(epoch.losses().alignment()),
                    Numbers.figure(hitRate(epoch)),
                    Numbers.seconds(epoch.seconds()),
                    Numbers.count(Math.round(epoch.pairsPerSecond()))));
        }
        Page.table(
                page,
                List.of(
                        "epoch",
                        "main loss",
                        "mimic, users",
                        "mimic, items",
                        "alignment",
                        "HR@100 valid",
                        "time",
                        "pairs/s"),
                rows);
        page.close();
    }
}

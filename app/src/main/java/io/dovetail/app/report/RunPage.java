package io.dovetail.app.report;

import io.dovetail.app.page.Markup;
import io.dovetail.app.page.Page;
import io.dovetail.index.file.ReplacedFile;
import io.dovetail.train.EpochReport.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The report of a training as one HTML file: curves of all that was measured, warnings, settings. */
public final class RunPage {
    private static final String HIT_RATE = "valid/hr@100";

    private RunPage() {}

    /**
     * Writes a report.
     *
     * @param data what it tells
     * @param file the file to make or to replace
     * @throws IOException if writing fails
     */
    public static void write(RunData data, Path file) throws IOException {
        ReplacedFile.write(file, html(data));
    }

    static String html(RunData data) throws IOException {
        Markup page = new Markup();
        Page.open(page, "Training of " + data.run(), "");
        writeHeader(page, data);
        page.open("main");
        writeWarnings(page, data.warnings());
        CurvesSection.write(
                page,
                "How it learned",
                "Fitted on the train events and judged on valid after each epoch; the best epoch is kept.",
                phase(data, Phase.SELECT),
                data.columns());
        CurvesSection.write(
                page,
                "The final fit",
                "A new model, fitted on train and valid for as many epochs as were best.",
                phase(data, Phase.REFIT),
                data.columns());
        writeFacts(page, data);
        page.close().close().close();
        return page.document();
    }

    private static List<LoggedEpoch> phase(RunData data, Phase phase) {
        return data.epochs().stream().filter(epoch -> epoch.phase() == phase).toList();
    }

    private static void writeHeader(Markup page, RunData data) {
        page.open("header").open("div", "inside");
        page.element("p", "brand", "Dovetail");
        page.element("h1", "Training of " + data.run());
        page.element("p", "lead", "What happened in each epoch. The page is written anew when one ends.");
        page.open("dl", "tiles");
        Optional<LoggedEpoch> best =
                data.epochs().stream().filter(LoggedEpoch::best).reduce((earlier, later) -> later);
        best.ifPresent(epoch -> Page.tile(
                page,
                Numbers.percent(epoch.figure(HIT_RATE)),
                "HR@100 on valid in the best epoch, number " + epoch.epoch()));
        Page.tile(page, Numbers.count(data.epochs().size()), "epochs so far");
        if (!data.epochs().isEmpty()) {
            Page.tile(page, Numbers.compact(data.epochs().getLast().figure("pairsPerSecond")), "pairs/s in the last");
        }
        page.close().close();
        Page.joint(page);
        page.close();
    }

    private static void writeWarnings(Markup page, List<String> warnings) {
        if (warnings.isEmpty()) {
            return;
        }
        page.open("section").element("h2", "Warnings");
        warnings.stream().distinct().forEach(warning -> page.element("p", "warning", warning));
        page.close();
    }

    private static void writeFacts(Markup page, RunData data) {
        page.open("section").element("h2", "Data, settings, machine");
        page.open("div", "columns");
        for (var facts : List.of(data.data(), data.environment())) {
            page.open("div", "card");
            Page.facts(page, facts);
            page.close();
        }
        page.close().open("div", "card");
        Page.facts(page, data.settings());
        page.close().close();
    }
}

package io.dovetail.app.report;

import io.dovetail.data.DatasetStatistics;
import io.dovetail.data.Holdout;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.eval.Metrics;
import io.dovetail.train.EpochLosses;
import io.dovetail.train.EpochReport;
import io.dovetail.train.EpochReport.Phase;
import io.dovetail.train.Vitals;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Made-up reports. */
final class ReportSamples {
    private ReportSamples() {}

    static ReportData sample() {
        DatasetStatistics statistics =
                new DatasetStatistics(4000, 3000, 200_000, 192_000, 4000, 4000, 0.0167, 39, 1700, 3, 0.5, 1.4, 1, 2);
        Map<String, Integer> categories = new LinkedHashMap<>();
        categories.put("kitchen", 1500);
        categories.put("<garden> & \"home\"", 1000);
        categories.put("nobody bought these", 500);
        ReportData.Source source =
                new ReportData.Source("Sample <Shop>", statistics, categories, List.of("Made up for a test."));
        List<EpochReport> epochs =
                List.of(epoch(Phase.SELECT, 1, 6.1), epoch(Phase.SELECT, 2, 5.4), epoch(Phase.REFIT, 1, 6.0));
        ReportData.Model dat = new ReportData.Model(
                "DAT", "As we train it.", Map.of("head", "linear"), epochs, List.of(), figures(Holdout.TEST, 0.4));
        ReportData.Model paper = new ReportData.Model(
                "DAT, paper",
                "To the letter.",
                Map.of("head", "relu"),
                List.of(epoch(Phase.SELECT, 1, 0.693)),
                List.of("the outputs have collapsed", "the outputs have collapsed"),
                figures(Holdout.TEST, 0));
        List<ReportData.Probe> sweep = IntStream.range(0, 7)
                .mapToObj(i -> new ReportData.Probe(1 << i, 1 - 0.5 / (1 << i), 1 - 0.7 / (1 << i), 5 + 3 * i))
                .toList();
        ReportData.Customer customer = new ReportData.Customer(
                "17",
                "France",
                30,
                List.of("TEA & CUPS"),
                List.of(
                        new ReportData.Suggestion("<script>alert(1)</script>", "kitchen", 0.5),
                        new ReportData.Suggestion("HEART SHELF", "kitchen", 0.25)),
                "HEART SHELF",
                2);
        return new ReportData(
                source,
                figures(Holdout.TEST, 0.2),
                List.of(dat, paper),
                new ReportData.Index(Map.of("lists", "64"), 8, sweep, 12.5),
                List.of(customer),
                Map.of("Java", "25"),
                List.of("bin/dovetail demo --out <DIR>"),
                101.5);
    }

    private static EpochReport epoch(Phase phase, int number, double loss) {
        EvaluationReport valid = phase == Phase.SELECT ? figures(Holdout.VALID, 0.1 * number) : null;
        Vitals vitals = new Vitals(1e-3, Map.of("user.id", 0.5), Map.of("user.layer1", 0.0));
        return new EpochReport(
                phase, number, new EpochLosses(loss, 0.5, 0.4, 0.1), 192_000, 10, vitals, valid, null, false);
    }

    private static EvaluationReport figures(Holdout holdout, double hitRate) {
        Metrics metrics = new Metrics(4000, hitRate / 4, hitRate / 2, hitRate, hitRate / 10, hitRate / 8);
        Map<String, Metrics> categories = new LinkedHashMap<>();
        categories.put("<garden> & \"home\"", metrics);
        categories.put("kitchen", metrics);
        return new EvaluationReport(holdout, 4000, metrics, categories, metrics, metrics);
    }
}

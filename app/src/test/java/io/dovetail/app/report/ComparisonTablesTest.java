package io.dovetail.app.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.app.page.Markup;
import io.dovetail.app.report.ComparisonData.Data;
import io.dovetail.app.report.ComparisonData.Figures;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonData.Pair;
import io.dovetail.app.report.ComparisonData.Run;
import io.dovetail.app.report.ComparisonData.Trial;
import io.dovetail.app.report.ComparisonData.Tuning;
import io.dovetail.data.DatasetStatistics;
import io.dovetail.eval.CategorySize;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Estimate;
import io.dovetail.eval.Estimates;
import io.dovetail.eval.Measure;
import io.dovetail.eval.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ComparisonTablesTest {

    private static Metrics metrics(double hr100) {
        return new Metrics(10, hr100 / 4, hr100 / 2, hr100, hr100 / 8, hr100 / 16);
    }

    private static Model model(String name, double... hr100) {
        List<Metrics> seeds =
                Arrays.stream(hr100).mapToObj(ComparisonTablesTest::metrics).toList();
        Estimates all = Estimates.of(seeds);
        List<Run> runs = new ArrayList<>();
        for (int seed = 0; seed < seeds.size(); seed++) {
            int epoch = seed == 1 ? 5 : 4;
            runs.add(new Run(seed, Map.of(), epoch, 2.5, 9, List.of(), "", Optional.of(seeds.get(seed))));
        }
        Map<CategorySize, Estimates> sizes = Map.of(CategorySize.LARGEST, all, CategorySize.SMALL, all);
        Figures figures =
                new Figures(all, all, all, Optional.empty(), Map.of(), new EnumMap<>(sizes), Estimate.of(2, 3));
        Tuning tuning = new Tuning(
                Map.of("batch", "one of 256, 512"),
                List.of(new Trial(Map.of(), 0.1, 4, 1, ""), new Trial(Map.of("batch", "256"), 0.2, 4, 1, "")),
                1);
        return new Model(name, "", runs, Optional.of(figures), Optional.of(tuning));
    }

    private static Pair pair(String first, String second, double low, double high) {
        Map<Measure, Difference> differences = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            differences.put(measure, new Difference((low + high) / 2, low, high, 10));
        }
        Map<Measure, Difference> small = new EnumMap<>(differences);
        small.put(Measure.HR100, new Difference(0.5, 0.25, 0.75, 4));
        return new Pair(
                first, second, differences, Map.of(CategorySize.LARGEST, differences, CategorySize.SMALL, small));
    }

    private static Data data(String name, List<Model> models, List<Pair> pairs) {
        DatasetStatistics statistics = new DatasetStatistics(10, 20, 90, 70, 10, 10, 0.45, 9, 9, 1, 1, 0, 0, 0);
        return new Data(name, statistics, Map.of("tea", 20), "", models, pairs);
    }

    private static final Data THREE = data(
            "shop",
            List.of(model("a", 0.4, 0.4, 0.4), model("b", 0.6, 0.64, 0.62), model("c", 0.2)),
            List.of(pair("b", "a", 0.1, 0.3), pair("c", "a", -0.3, -0.1), pair("c", "b", -0.5, 0.1)));

    private static ComparisonTable table(Data data, String title) {
        return ComparisonTables.of(data).stream()
                .filter(table -> table.title().equals(title))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theBestOfAColumnIsBoldAndOfOneSeedOrEqualOnesThereIsNoMargin() {
        ComparisonTable figures = table(THREE, "Figures");
        assertEquals("HR@100", figures.head().get(2));
        assertEquals("0.4000", figures.texts().get(0).get(2));
        // t(0.975, 2) = 4.303 times 0.02 / sqrt(3).
        assertEquals("0.6200 ± 0.0497", figures.texts().get(1).get(2));
        assertEquals("0.2000", figures.texts().get(2).get(2));
        String markdown = figures.markdown();
        assertTrue(markdown.contains("| **0.6200 ± 0.0497** |"), markdown);
        assertFalse(markdown.contains("**0.4000"), markdown);
        Markup page = new Markup();
        figures.draw(page);
        String html = page.document();
        assertTrue(html.contains("<td class=\"best\">0.6200 <small>± 0.0497</small>"), html);
        assertTrue(html.contains("<td class=\"figure\">0.4000</td>"), html);
    }

    @Test
    void epochsAreThoseOfEachSeedUnlessAllAreTheSame() {
        List<List<String>> rows = table(THREE, "Figures").texts();
        assertEquals("4, 5, 4", rows.get(0).get(7));
        assertEquals("4", rows.get(2).get(7));
        assertEquals("2.5", rows.get(0).get(8));
    }

    @Test
    void theBestIsSetAgainstEachOtherAndAllPairsAreFolded() {
        ComparisonTable best = table(THREE, "Differences from the best");
        assertEquals(
                List.of("b − a", "b − c"),
                best.texts().stream().map(List::getFirst).toList());
        assertEquals("+0.2000 [+0.1000, +0.3000] *", best.texts().get(0).get(2));
        assertEquals("+0.2000 [−0.1000, +0.5000]", best.texts().get(1).get(2));
        ComparisonTable all = table(THREE, "Differences of all pairs");
        assertEquals("−0.2000 [−0.5000, +0.1000]", all.texts().get(2).get(2));
        assertTrue(all.markdown().contains("<details><summary>Differences of all pairs</summary>\n\n"));
        Markup page = new Markup();
        all.draw(page);
        assertTrue(page.document().contains("<summary>Differences of all pairs</summary>"));
    }

    @Test
    void figuresAndDifferencesAreGroupedByTheSizeOfTheCategory() {
        ComparisonTable figures = table(THREE, "By size of the target's category");
        assertEquals(
                List.of("model", "the largest category (10 users)", "small categories (10 users)"), figures.head());
        assertEquals(List.of("c", "0.2000", "0.2000"), figures.texts().getLast());
        ComparisonTable differences = table(THREE, "Differences by size of the target's category");
        assertEquals(List.of("first less second", "the largest category", "small categories"), differences.head());
        assertEquals(
                List.of("c − a", "−0.2000 [−0.3000, −0.1000] *", "+0.5000 [+0.2500, +0.7500] *"),
                differences.texts().get(1));
    }

    @Test
    void twoModelsHaveOneDifference() {
        Data two = data("shop", List.of(model("a", 0.4), model("b", 0.6)), List.of(pair("b", "a", 0.1, 0.3)));
        assertEquals(1, table(two, "Difference").rows().size());
        assertTrue(ComparisonTables.of(two).stream()
                .noneMatch(table -> table.title().startsWith("Differences from")));
    }

    @Test
    void wordsAreSetLeft() {
        ComparisonTable searches = table(THREE, "Search for settings");
        assertEquals(
                List.of("a", "2", "0.1000", "0.2000", "batch=256"),
                searches.texts().getFirst());
        assertTrue(searches.markdown().contains("| --- | ---: | ---: | ---: | --- |\n"));
        Markup page = new Markup();
        searches.draw(page);
        assertTrue(page.document().contains("<td class=\"words\">batch=256</td>"));
    }

    @Test
    void severalDataSetsHaveAnOverviewWithTheBestOfEach() {
        Data other = data("books", List.of(model("c", 0.5), model("a", 0.3)), List.of());
        Map<String, String> models = new LinkedHashMap<>();
        List.of("a", "b", "c").forEach(name -> models.put(name, "a model"));
        ComparisonData both = new ComparisonData(models, Map.of(), Map.of(), 9, 9, List.of(THREE, other));
        ComparisonTable hitRates = ComparisonTables.overview(both).getFirst();
        assertEquals(List.of("model", "shop", "books", "× the best other"), hitRates.head());
        // sqrt(0.4 / 0.62 * 0.3 / 0.5) and sqrt(0.2 / 0.62 * 0.5 / 0.3).
        assertEquals(
                List.of(
                        List.of("a", "0.4000", "0.3000", "0.6222"),
                        List.of("b", "0.6200 ± 0.0497", "–", "–"),
                        List.of("c", "0.2000", "0.5000", "0.7332")),
                hitRates.texts());
        assertTrue(hitRates.markdown().contains("| c | 0.2000 | **0.5000** |"));
        assertEquals(
                "0.7750 ± 0.0621",
                ComparisonTables.overview(both).get(1).texts().get(1).get(1));
        ComparisonData one = new ComparisonData(models, Map.of(), Map.of(), 9, 9, List.of(THREE));
        assertEquals(List.of(), ComparisonTables.overview(one));
    }
}

package io.dovetail.app.report;

import io.dovetail.app.report.ComparisonData.Data;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonData.Pair;
import io.dovetail.app.report.ComparisonTable.Cell;
import io.dovetail.app.report.ComparisonTable.Kind;
import io.dovetail.app.report.ComparisonTable.Place;
import io.dovetail.eval.CategorySize;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Measure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Differences between models: the best less each other in view, all pairs behind a title. */
final class DifferenceTables {
    private static final String NOTE =
            "Seeds pooled, 95 % interval by a paired bootstrap over users, which is what other users would change; a"
                    + " star where it leaves 0 out. What other seeds would change is in the table above.";

    private static final List<Column> MEASURES = Stream.of(Measure.HR50, Measure.HR100, Measure.MRR, Measure.NDCG10)
            .map(measure -> new Column(
                    measure.title(),
                    pair -> Objects.requireNonNull(pair.differences().get(measure))))
            .toList();

    /** One of the differences of every pair. */
    private record Column(String title, Function<Pair, Difference> difference) {}

    private DifferenceTables() {}

    static Stream<ComparisonTable> of(Data data) {
        if (data.pairs().size() < 2) {
            return Stream.of(table("Difference", NOTE, Place.OPEN, MEASURES, data.pairs()), bySize(data, Place.OPEN));
        }
        return Stream.of(
                table("Differences from the best", NOTE, Place.OPEN, MEASURES, ofBest(data)),
                table("Differences of all pairs", NOTE, Place.FOLDED, MEASURES, data.pairs()),
                bySize(data, Place.FOLDED));
    }

    private static ComparisonTable bySize(Data data, Place place) {
        List<CategorySize> sizes = data.sizes();
        return table(
                "Differences by size of the target's category",
                "HR@100. " + NOTE,
                place,
                sizes.stream()
                        .map(size -> new Column(
                                size.title(),
                                pair -> Objects.requireNonNull(
                                        Objects.requireNonNull(pair.sizes().get(size))
                                                .get(Measure.HR100))))
                        .toList(),
                sizes.size() < 2 ? List.of() : data.pairs());
    }

    private static List<Pair> ofBest(Data data) {
        String best = data.best().map(Model::title).orElseThrow();
        return data.pairs().stream()
                .filter(pair -> pair.first().equals(best) || pair.second().equals(best))
                .map(pair -> pair.first().equals(best) ? pair : swapped(pair))
                .toList();
    }

    private static Pair swapped(Pair pair) {
        Map<CategorySize, Map<Measure, Difference>> sizes = new EnumMap<>(CategorySize.class);
        pair.sizes().forEach((size, differences) -> sizes.put(size, negated(differences)));
        return new Pair(pair.second(), pair.first(), negated(pair.differences()), sizes);
    }

    private static Map<Measure, Difference> negated(Map<Measure, Difference> differences) {
        Map<Measure, Difference> negated = new EnumMap<>(Measure.class);
        differences.forEach((measure, difference) -> negated.put(measure, difference.negated()));
        return negated;
    }

    private static ComparisonTable table(
            String title, String note, Place place, List<Column> columns, List<Pair> pairs) {
        List<String> head = new ArrayList<>(List.of("first less second"));
        columns.forEach(column -> head.add(column.title()));
        return new ComparisonTable(
                title,
                note,
                place,
                head,
                pairs.stream().map(pair -> row(pair, columns)).toList());
    }

    private static List<Cell> row(Pair pair, List<Column> columns) {
        List<Cell> row = new ArrayList<>(List.of(Cell.words(pair.first() + " − " + pair.second())));
        columns.forEach(column -> row.add(cell(column.difference().apply(pair))));
        return row;
    }

    private static Cell cell(Difference difference) {
        return new Cell(
                signed(difference.mean()),
                "[" + signed(difference.low()) + ", " + signed(difference.high()) + "]"
                        + (difference.isClear() ? " *" : ""),
                Kind.FIGURE);
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.4f", value).replace('-', '−');
    }
}

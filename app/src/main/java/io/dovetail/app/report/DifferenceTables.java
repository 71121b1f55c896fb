package io.dovetail.app.report;

import io.dovetail.app.report.ComparisonData.Data;
import io.dovetail.app.report.ComparisonData.Model;
import io.dovetail.app.report.ComparisonData.Pair;
import io.dovetail.app.report.ComparisonTable.Cell;
import io.dovetail.app.report.ComparisonTable.Kind;
import io.dovetail.app.report.ComparisonTable.Place;
import io.dovetail.eval.Difference;
import io.dovetail.eval.Measure;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Differences between models: the best less each other in view, all pairs behind a title. */
final class DifferenceTables {
    private static final String NOTE =
            "Seeds pooled, 95 % interval by a paired bootstrap over users, which is what other users would change; a"
                    + " star where it leaves 0 out. What other seeds would change is in the table above.";

    private static final List<Measure> MEASURES = List.of(Measure.HR50, Measure.HR100, Measure.MRR, Measure.NDCG10);

    private DifferenceTables() {}

    static Stream<ComparisonTable> of(Data data) {
        if (data.pairs().size() < 2) {
            return Stream.of(table("Difference", Place.OPEN, data.pairs()));
        }
        return Stream.of(
                table("Differences from the best", Place.OPEN, ofBest(data)),
                table("Differences of all pairs", Place.FOLDED, data.pairs()));
    }

    private static List<Pair> ofBest(Data data) {
        String best = data.best().map(Model::title).orElseThrow();
        return data.pairs().stream()
                .filter(pair -> pair.first().equals(best) || pair.second().equals(best))
                .map(pair -> pair.first().equals(best) ? pair : swapped(pair))
                .toList();
    }

    private static Pair swapped(Pair pair) {
        Map<Measure, Difference> swapped = new EnumMap<>(Measure.class);
        pair.differences().forEach((measure, difference) -> swapped.put(measure, difference.negated()));
        return new Pair(pair.second(), pair.first(), swapped);
    }

    private static ComparisonTable table(String title, Place place, List<Pair> pairs) {
        List<String> head = new ArrayList<>(List.of("first less second"));
        MEASURES.forEach(measure -> head.add(measure.title()));
        return new ComparisonTable(
                title,
                NOTE,
                place,
                head,
                pairs.stream().map(DifferenceTables::row).toList());
    }

    private static List<Cell> row(Pair pair) {
        List<Cell> row = new ArrayList<>(List.of(Cell.words(pair.first() + " − " + pair.second())));
        for (Measure measure : MEASURES) {
            row.add(cell(Objects.requireNonNull(pair.differences().get(measure))));
        }
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

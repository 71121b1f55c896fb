package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class DatasetSpecTest {
    private static void refused(String expected, Map<String, ?> declaration) {
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, () -> DatasetSpec.of(declaration))
                        .getMessage());
    }

    private static Map<String, ?> column(Object spec) {
        return Map.of("items", Map.of("columns", Map.of("c", spec)));
    }

    private static ColumnSpec parsed(Object spec) {
        return DatasetSpec.of(column(spec)).items().columns().getOrDefault("c", new ColumnSpec.Ignored());
    }

    @Test
    void nothingDeclaredIsTheDefault() {
        assertEquals(DatasetSpec.defaults(), DatasetSpec.of(Map.of()));
        assertEquals(7, DatasetSpec.defaults().withKCore(7).kCore());
    }

    @Test
    void everyKeyArrives() {
        DatasetSpec spec = DatasetSpec.of(Map.of(
                "name",
                "shop",
                "kCore",
                5,
                "unlisted",
                "add",
                "interactions",
                Map.of("user", "u", "item", "i", "time", "t", "split", "s", "rating", "r", "minRating", "3.5"),
                "items",
                Map.of("id", "a", "name", "b", "category", "c"),
                "users",
                Map.of("id", "d", "name", "e")));
        assertEquals(
                new DatasetSpec(
                        Optional.of("shop"),
                        new DatasetSpec.Events(
                                "u", "i", Optional.of("t"), Optional.of("s"), "r", OptionalDouble.of(3.5)),
                        new DatasetSpec.Side(Optional.of("a"), Optional.of("b"), Optional.of("c"), Map.of(), Map.of()),
                        new DatasetSpec.Side(Optional.of("d"), Optional.of("e"), Optional.empty(), Map.of(), Map.of()),
                        5,
                        DatasetSpec.Unlisted.ADD),
                spec);
    }

    @Test
    void columnsAreDeclaredByKindOrInDetail() {
        assertEquals(new ColumnSpec.Ignored(), parsed(Map.of("kind", "ignored")));
        assertEquals(new ColumnSpec.Categorical(1), parsed("categorical"));
        assertEquals(new ColumnSpec.Categorical(4), parsed(Map.of("kind", "categorical", "minCount", 4)));
        assertEquals(new ColumnSpec.Quantiles(10), parsed("numeric"));
        assertEquals(new ColumnSpec.Quantiles(20), parsed(Map.of("kind", "numeric", "buckets", 20)));
        assertEquals(
                new ColumnSpec.Intervals(List.of(0.5, 2.0)),
                parsed(Map.of("kind", "numeric", "boundaries", List.of(0.5, 2))));
        assertEquals(new ColumnSpec.MultiValued(1, ","), parsed("multi-valued"));
        assertEquals(
                new ColumnSpec.MultiValued(2, "|"),
                parsed(Map.of("kind", "multi-valued", "separator", "|", "minCount", 2)));
    }

    @Test
    void unknownKeysAreRefusedWithTheKnownOnes() {
        refused(
                "dataset: unknown key 'kcore'; known are name, interactions, items, users, kCore, unlisted",
                Map.of("kcore", 5));
        refused(
                "dataset: unknown key 'users.category'; known are id, name, columns, vectors",
                Map.of("users", Map.of("category", "c")));
        refused(
                "dataset: unknown key 'items.columns.c.buckets'; known are kind, minCount, hashBuckets",
                column(Map.of("kind", "categorical", "buckets", 3)));
    }

    @Test
    void wrongValuesAreRefusedWithTheirPath() {
        refused("dataset: kCore is '2.5'; it must be a whole number, at least 0", Map.of("kCore", 2.5));
        refused("dataset: kCore is '-1'; it must be a whole number, at least 0", Map.of("kCore", -1));
        refused("dataset: kCore is 'five'; it must be a number", Map.of("kCore", "five"));
        refused("dataset: unlisted is 'drop'; it must be one of add, refuse", Map.of("unlisted", "drop"));
        refused("dataset: name is '[a]'; it must be a text", Map.of("name", List.of("a")));
        refused("dataset: items is 'a'; it must be a map of keys to values", Map.of("items", "a"));
        refused(
                "dataset: items.columns.c.kind is 'text'; "
                        + "it must be one of categorical, ignored, multi-valued, numeric, standardized, vector",
                column("text"));
        refused(
                "dataset: items.columns.c.buckets is '1'; it must be a whole number, at least 2",
                column(Map.of("kind", "numeric", "buckets", 1)));
        refused(
                "dataset: items.columns.c.boundaries is '3'; it must be a list of numbers, without buckets",
                column(Map.of("kind", "numeric", "boundaries", 3)));
        refused(
                "dataset: items.columns.c.boundaries is 'x'; it must be a number",
                column(Map.of("kind", "numeric", "boundaries", List.of("x"))));
    }

    @Test
    void numbersHashesWeightsAndVectorsAreDeclared() {
        assertEquals(new ColumnSpec.Standardized(), parsed("standardized"));
        assertEquals(new ColumnSpec.Vector(), parsed(Map.of("kind", "vector")));
        assertEquals(new ColumnSpec.Hashed(500), parsed(Map.of("kind", "categorical", "hashBuckets", 500)));
        assertEquals(
                new ColumnSpec.MultiValued(1, ",", Optional.of(":")),
                parsed(Map.of("kind", "multi-valued", "weights", ":")));
        DatasetSpec.Side items = DatasetSpec.of(Map.of(
                        "items",
                        Map.of("vectors", Map.of("text", "t.npy", "image", Map.of("file", "i.fvecs", "ids", "i")))))
                .items();
        assertEquals(
                Map.of(
                        "text", new DatasetSpec.VectorSource("t.npy", Optional.empty()),
                        "image", new DatasetSpec.VectorSource("i.fvecs", Optional.of("i"))),
                items.vectors());
        refused(
                "dataset: items.columns.c.hashBuckets is '5'; it must be given without minCount",
                column(Map.of("kind", "categorical", "hashBuckets", 5, "minCount", 2)));
        refused(
                "dataset: items.columns.c.hashBuckets is '0'; it must be a whole number, at least 1",
                column(Map.of("kind", "categorical", "hashBuckets", 0)));
        refused(
                "column: weights is ','; give a character that is not the separator, as ':'",
                column(Map.of("kind", "multi-valued", "weights", ",")));
        refused(
                "dataset: items.vectors.v.file is 'null'; it must be the name of a file",
                Map.of("items", Map.of("vectors", Map.of("v", Map.of("ids", "i")))));
        refused(
                "dataset: unknown key 'items.vectors.v.path'; known are file, ids",
                Map.of("items", Map.of("vectors", Map.of("v", Map.of("path", "i")))));
    }

    @Test
    void recordsCheckTheirRangesThemselves() {
        assertThrows(IllegalArgumentException.class, () -> new ColumnSpec.Categorical(0));
        assertThrows(IllegalArgumentException.class, () -> new ColumnSpec.Quantiles(1));
        assertThrows(IllegalArgumentException.class, () -> new ColumnSpec.MultiValued(1, ""));
        List<Double> descending = List.of(2.0, 1.0);
        assertThrows(IllegalArgumentException.class, () -> new ColumnSpec.Intervals(descending));
        List<Double> infinite = List.of(Double.POSITIVE_INFINITY);
        assertThrows(IllegalArgumentException.class, () -> new ColumnSpec.Intervals(infinite));
        DatasetSpec spec = DatasetSpec.defaults();
        assertThrows(IllegalArgumentException.class, () -> spec.withKCore(-1));
    }
}

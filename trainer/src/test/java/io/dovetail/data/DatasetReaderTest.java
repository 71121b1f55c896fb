package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DatasetReaderTest {
    @TempDir
    private Path folder;

    private Dataset read() throws IOException {
        return DatasetReader.read(folder, DatasetSpec.defaults());
    }

    private Dataset read(Map<String, ?> declaration) throws IOException {
        return DatasetReader.read(folder, DatasetSpec.of(declaration));
    }

    private static List<String> featureNames(List<Feature> features) {
        return features.stream().map(Feature::name).toList();
    }

    private static List<String> log(Dataset data) {
        Interactions events = data.interactions();
        return IntStream.range(0, events.users())
                .boxed()
                .flatMap(u -> IntStream.range(events.start(u), events.start(u + 1))
                        .mapToObj(e ->
                                data.users().id(u) + data.items().id(events.item(e)) + events.time(e) + events.part(e)))
                .toList();
    }

    @Test
    void interactionsAloneAreADataSet() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item ts", "u a 3", "v b 5", "u c 1", "u a 2");
        Dataset data = read();
        assertEquals(List.of("uc1TRAIN", "ua2VALID", "ua3TEST", "vb5TRAIN"), log(data));
        assertEquals(List.of("a", "b", "c"), data.itemNames());
        assertEquals(1, data.categories().size());
        assertEquals(String.valueOf(folder.getFileName()), data.name());
        assertEquals(List.of(), data.userFeatures());
    }

    @Test
    void withoutTimesTheOrderOfTheLinesCounts() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "item user", "a u", "b u", "c u");
        assertEquals(List.of("ua2TRAIN", "ub3VALID", "uc4TEST"), log(read()));
    }

    @Test
    void aGivenSplitIsHonouredUnlessLeaveLastOutIsAskedFor() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item pos split", "u a 0 test", "u b 1 train", "u c 2 valid");
        assertEquals(List.of("ua0TEST", "ub1TRAIN", "uc2VALID"), log(read()));
        Map<String, ?> declaration = Map.of("interactions", Map.of("split", DatasetSpec.LEAVE_LAST_OUT));
        assertEquals(List.of("ua0TRAIN", "ub1VALID", "uc2TEST"), log(read(declaration)));
    }

    @Test
    void rowsFollowTheItemsFileAndItsCategoriesAreNamed() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item", "u 12", "u 10");
        TextFiles.write(
                folder,
                "items.tsv",
                "item raw_id category attributes title",
                "10 x 7 3,1 Cup",
                "11 y 7  Hat",
                "12 z 9 1 ",
                "13 w   Mug");
        TextFiles.write(folder, "categories.tsv", "category name items", "7 things 2", "8 unused 0");
        Dataset data = read();
        assertEquals(List.of("10", "11", "12", "13"), data.items().ids());
        assertEquals(List.of("Cup", "Hat", "12", "Mug"), data.itemNames());
        assertEquals(
                List.of("things", "9", "unknown"), data.categories().names().ids());
        assertEquals(2, data.categories().items(0));
        assertEquals(List.of("category", "attributes"), featureNames(data.itemFeatures()));
        assertArrayEquals(new int[] {1, 2}, data.itemFeatures().get(1).encode("3,1"));
        assertArrayEquals(new int[] {2}, data.itemFeatures().get(0).encode("9"));
    }

    @Test
    void otherColumnsAreGuessedByTheirValues() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item", "u0 a");
        String[] lines = IntStream.range(-1, 60)
                .mapToObj(u -> u < 0
                        ? "user raw_id country age rank url empty"
                        : "u" + u + " r" + u + " c" + u % 3 + " " + u % 40 + " " + u * 0.5 + " www" + u + " ")
                .toArray(String[]::new);
        TextFiles.write(folder, "users.tsv", lines);
        List<Feature> features = read().userFeatures();
        assertEquals(List.of("country", "age", "rank"), featureNames(features));
        assertEquals(
                List.of(Feature.Kind.CATEGORICAL, Feature.Kind.CATEGORICAL, Feature.Kind.NUMERIC),
                features.stream().map(Feature::kind).toList());
        assertEquals(41, features.get(1).cardinality());
        assertEquals(11, features.get(2).cardinality());
    }

    @Test
    void aDeclarationOverrulesTheGuess() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "who what when", "u a 2", "u b 1");
        TextFiles.write(folder, "items.tsv", "label sku shelf kg", "A a s 1", "B b t 3");
        Dataset data = read(Map.of(
                "name",
                "shop",
                "interactions",
                Map.of("user", "who", "item", "what", "time", "when"),
                "items",
                Map.of(
                        "id",
                        "sku",
                        "name",
                        "label",
                        "category",
                        "shelf",
                        "columns",
                        Map.of("shelf", "ignored", "kg", Map.of("kind", "numeric", "boundaries", List.of(2))))));
        assertEquals("shop", data.name());
        assertEquals(List.of("ub1TRAIN", "ua2TRAIN"), log(data));
        assertEquals(List.of("A", "B"), data.itemNames());
        assertEquals(List.of("s", "t"), data.categories().names().ids());
        assertEquals(List.of("kg"), featureNames(data.itemFeatures()));
        assertArrayEquals(new int[] {2}, data.itemFeatures().get(0).encode("2"));
    }

    @Test
    void anIdentifyingColumnIsAFeatureOnlyIfDeclared() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item", "u a", "v a", "w a");
        TextFiles.write(folder, "users.tsv", "user raw_id zip", "u 1 N1", "v 2 E5", "w 3 N1");
        assertEquals(List.of(), read().userFeatures());
        Map<String, ?> declaration =
                Map.of("users", Map.of("columns", Map.of("zip", "categorical", "raw_id", "categorical")));
        assertEquals(List.of("raw_id", "zip"), featureNames(read(declaration).userFeatures()));
    }

    @Test
    void quotedFieldsOfCsvMayHaveCommasQuotesAndLineBreaks() throws IOException {
        TextFiles.write(folder, "interactions.csv", "user,item,ts", "\"u,1\",a,1", "\"u,1\",\"b\nb\",2");
        TextFiles.write(folder, "items.csv.gz", "item,name", "a,\"The \"\"A\"\"\"", "\"b\nb\",B");
        Dataset data = read();
        assertEquals("u,1", data.users().id(0));
        assertEquals(List.of("a", "b\nb"), data.items().ids());
        assertEquals(List.of("The \"A\"", "B"), data.itemNames());
    }

    @Test
    void quotesOfTsvAreLetters() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item", "\"u a\"");
        assertEquals(List.of("\"u"), read().users().ids());
    }

    @ParameterizedTest
    @ValueSource(strings = {"interactions.tsv", "interactions.tsv.gz"})
    void aByteOrderMarkCarriageReturnsAndEmptyLinesAreTolerated(String file) throws IOException {
        String text = "\uFEFFuser\titem\r\nä\tö\r\n\r\nä\t😀";
        TextFiles.bytes(folder, file, text.getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("ä"), read().users().ids());
        assertEquals(List.of("ö", "😀"), read().items().ids());
    }

    @Test
    void lettersThatCrossAChunkAreWhole() throws IOException {
        StringBuilder text = new StringBuilder("user\titem\n");
        for (int e = 0; e < 40_000; e++) {
            text.append("ü\t€").append(e % 100).append('\n');
        }
        TextFiles.bytes(folder, "interactions.tsv", text.toString().getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("ü"), read().users().ids());
        assertEquals(100, read().items().size());
        assertEquals(40_000, read().interactions().size());
    }

    @Test
    void theCoreAndTheLeastRatingLeaveEventsOut() throws IOException {
        TextFiles.write(
                folder,
                "interactions.tsv",
                "user item rating",
                "u a 5",
                "u b 4.5",
                "v a 4",
                "v b 5",
                "w a 5",
                "w c 5",
                "x d 3");
        TextFiles.write(folder, "items.tsv", "item category", "e 1", "a 1", "b 2", "c 3", "d 3");
        Dataset rated = read(Map.of("interactions", Map.of("minRating", 4)));
        assertEquals(List.of("u", "v", "w"), rated.users().ids());
        assertEquals(5, rated.items().size());
        Dataset core = read(Map.of("kCore", 2));
        assertEquals(List.of("ua2TRAIN", "ub3TRAIN", "va4TRAIN", "vb5TRAIN"), log(core));
        assertEquals(List.of("a", "b"), core.items().ids());
        assertEquals(List.of("1", "2"), core.categories().names().ids());
        assertArrayEquals(new int[] {2}, core.itemFeatures().getFirst().encode("2"));
        assertArrayEquals(new int[] {0}, core.itemFeatures().getFirst().encode("3"), "no item of it is left");
    }

    @Test
    void unlistedItemsAreAddedIfTheSpecificationSaysSo() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item", "u z", "u a");
        TextFiles.write(folder, "items.tsv", "item colour", "a red", "b red");
        Dataset data = read(Map.of("unlisted", "add"));
        assertEquals(List.of("a", "b", "z"), data.items().ids());
        Feature colour = data.itemFeatures().getFirst();
        assertEquals(0, colour.value(colour.start(2)), "nothing is known of it");
    }

    @Test
    void categoriesOfTheSameNameAreOne() throws IOException {
        TextFiles.write(folder, "interactions.tsv", "user item", "u a");
        TextFiles.write(folder, "items.tsv", "item category", "a 1", "b 2");
        TextFiles.write(folder, "categories.tsv", "category name", "1 same", "2 same");
        assertEquals(1, read().categories().size());
    }
}

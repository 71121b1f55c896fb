package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DatasetFileTest {
    private static final Dataset DATA = withEveryKind(TestDatasets.planted(30, 40, 3, 8, 5));

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    private static Dataset withEveryKind(Dataset planted) {
        List<Feature> features = new ArrayList<>(planted.itemFeatures());
        List<String> texts = IntStream.range(0, 40).mapToObj(i -> "s" + i % 7).toList();
        features.add(Feature.of("seller", new ColumnSpec.Hashed(5), texts));
        ColumnSpec weighted = new ColumnSpec.MultiValued(1, ",", Optional.of(":"));
        List<String> lists = IntStream.range(0, 40)
                .mapToObj(i -> i % 5 == 0 ? "" : "a:0." + i + ",b:" + i)
                .toList();
        features.add(Feature.of("mix", weighted, lists));
        double[] prices = IntStream.range(0, 40)
                .mapToDouble(i -> i % 9 == 0 ? Double.NaN : i * i)
                .toArray();
        Matrix style = DenseFeature.allocate(40, 3);
        IntStream.range(0, 120).forEach(n -> style.set(n / 3, n % 3, n / 7f));
        return new Dataset(
                planted.name(),
                planted.users(),
                planted.items(),
                planted.interactions(),
                planted.userFeatures(),
                features,
                List.of(),
                List.of(DenseFeature.standardized("price", prices), DenseFeature.of("style", style)),
                planted.categories(),
                planted.itemNames());
    }

    @BeforeEach
    void writeTheFile() throws IOException {
        file = folder.resolve("catalog.dovetail");
        DatasetFile.write(DATA, file);
    }

    @Test
    void everythingComesBack() throws IOException {
        Dataset read = DatasetFile.read(file);
        assertEquals(DATA.name(), read.name());
        assertEquals(DATA.users().ids(), read.users().ids());
        assertEquals(DATA.items().ids(), read.items().ids());
        assertEquals(DATA.itemNames(), read.itemNames());
        assertEquals(DATA.categories().names().ids(), read.categories().names().ids());
        assertEquals(DATA.statistics(), read.statistics());
        for (int i = 0; i < DATA.items().size(); i++) {
            assertEquals(DATA.categories().of(i), read.categories().of(i));
        }
        Interactions events = DATA.interactions();
        for (int u = 0; u <= events.users(); u++) {
            assertEquals(events.start(u), read.interactions().start(u));
        }
        for (int e = 0; e < events.size(); e++) {
            assertEquals(events.item(e), read.interactions().item(e));
            assertEquals(events.time(e), read.interactions().time(e));
            assertEquals(events.part(e), read.interactions().part(e));
        }
        assertFeaturesEqual(DATA.userFeatures(), read.userFeatures());
        assertFeaturesEqual(DATA.itemFeatures(), read.itemFeatures());
        assertEquals(DATA.userDense(), read.userDense());
        for (int f = 0; f < 2; f++) {
            DenseFeature feature = DATA.itemDense().get(f);
            DenseFeature other = read.itemDense().get(f);
            assertEquals(feature.name(), other.name());
            assertEquals(feature.mean(), other.mean());
            assertEquals(feature.deviation(), other.deviation());
            assertEquals(-1, feature.values().data().mismatch(other.values().data()));
        }
    }

    @Test
    void aFileOfTheFirstVersionIsRead() throws IOException {
        Path first = folder.resolve("first.dovetail");
        copyAs(1, first, name -> !name.contains(".d.") && !name.endsWith(".dense"));
        Dataset read = DatasetFile.read(first);
        assertFeaturesEqual(DATA.itemFeatures(), read.itemFeatures());
        assertEquals(List.of(), read.itemDense());
    }

    private void copyAs(int version, Path copy, Predicate<String> chosen) throws IOException {
        try (Arena arena = Arena.ofConfined();
                SectionFileWriter writer = new SectionFileWriter(copy, "catalog", version)) {
            SectionFile original = SectionFile.open(file, "catalog", 2, arena);
            for (String name : original.names()) {
                if (chosen.test(name)) {
                    writer.begin(name);
                    writer.append(original.section(name));
                }
            }
            writer.commit();
        }
    }

    private static void assertFeaturesEqual(List<Feature> expected, List<Feature> read) {
        assertEquals(expected.size(), read.size());
        for (int f = 0; f < expected.size(); f++) {
            Feature feature = expected.get(f);
            Feature other = read.get(f);
            assertEquals(feature.name(), other.name());
            assertEquals(feature.kind(), other.kind());
            assertEquals(feature.cardinality(), other.cardinality());
            for (int n = 0; n <= feature.entities(); n++) {
                assertEquals(feature.start(n), other.start(n));
            }
            for (int n = 0; n < feature.entities(); n++) {
                for (int v = feature.start(n); v < feature.start(n + 1); v++) {
                    assertEquals(feature.value(v), other.value(v));
                    assertEquals(feature.weight(n, v), other.weight(n, v));
                }
            }
            for (String raw : List.of("", "s1", "40", "g0", "g2,noise1,new", "new")) {
                assertArrayEquals(feature.encode(raw), other.encode(raw));
            }
        }
    }

    @Test
    void theSameDataGivesTheSameBytes() throws IOException {
        Path again = folder.resolve("again.dovetail");
        DatasetFile.write(DatasetFile.read(file), again);
        assertEquals(-1, Files.mismatch(file, again));
    }

    @Test
    void aFileCutShortIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 61) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(CorruptFileException.class, () -> DatasetFile.read(file), "cut to " + length);
        }
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 37) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << (at % 8));
            Files.write(file, flipped);
            assertThrows(CorruptFileException.class, () -> DatasetFile.read(file), "flipped in byte " + at);
        }
    }

    /** Writes one section; the rest is copied. */
    interface Forgery {
        void write(SectionFileWriter writer, String section) throws IOException;
    }

    private static Arguments forged(String section, String expected, Forgery forgery) {
        return Arguments.of(section, expected, forgery);
    }

    private static Forgery ints(int... values) {
        return (writer, section) -> writer.ints(section, values);
    }

    private static Forgery strings(String... values) {
        return (writer, section) -> writer.strings(section, List.of(values));
    }

    private static Forgery text(String text) {
        return (writer, section) -> writer.text(section, text);
    }

    private static Forgery bounds(double... values) {
        return (writer, section) -> writer.longs(
                section,
                Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray());
    }

    private static int[] filled(int size, int value, int last) {
        int[] values = new int[size];
        Arrays.fill(values, value);
        values[size - 1] = last;
        return values;
    }

    static Stream<Arguments> forgeries() {
        int events = DATA.interactions().size();
        int[] single = new int[DATA.users().size() + 1];
        Arrays.setAll(single, n -> n);
        int[] doubled = single.clone();
        doubled[1] = 2;
        int[] withoutRow = single.clone();
        withoutRow[1] = 0;
        Feature tags = DATA.itemFeatures().get(1);
        int tagged = tags.start(tags.entities());
        return Stream.of(
                forged("users", "distinct strings", strings("a", "a")),
                forged("users", "2 elements", strings("a")),
                forged("items", "section 'item.names': expected 1 elements", strings("a")),
                forged("item.names", "40 elements", strings("a")),
                forged("category.names", "distinct strings", strings("a", "a")),
                forged("category.of", "rows in [0, 3)", ints(filled(40, 0, 3))),
                forged("category.of", "rows in [0, 3)", ints(filled(40, 0, -1))),
                forged("category.of", "40 elements", ints(filled(39, 0, 0))),
                forged("events.item", "rows in [0, 40)", ints(filled(events, 0, 40))),
                forged("events.item", "0 first and " + (events - 1) + " last", ints(new int[events - 1])),
                forged("events.start", "31 elements", ints(0, events)),
                forged("events.start", "0 first", ints(filled(31, 1, events))),
                forged("events.start", "ascending", ints(filled(31, events + 1, events))),
                forged("events.start", "ascending", ints(filled(31, 0, -1))),
                forged("events.start", "last", ints(filled(31, 0, Integer.MAX_VALUE))),
                forged("events.time", events + " elements", (writer, section) -> writer.longs(section, 1, 2)),
                forged("events.part", "0, 1 or 2", (writer, section) -> {
                    writer.begin(section);
                    byte[] parts = new byte[events];
                    parts[events - 1] = 3;
                    writer.append(MemorySegment.ofArray(parts));
                }),
                forged("events.part", events + " elements", (writer, section) -> {
                    writer.begin(section);
                    writer.append(MemorySegment.ofArray(new byte[events + 1]));
                }),
                forged("users.features", "distinct strings", strings("age", "age")),
                forged("users.features", "a section 'users.2.kind'", strings("a", "b", "c")),
                forged("users.0.kind", "categorical, hashed, multi-valued, weighted or numeric", text("other")),
                forged("users.0.kind", "a section 'users.0.bounds'", text("numeric")),
                forged("users.0.values", "distinct strings", strings("s0", "s0")),
                forged("users.0.values", "rows in [0, 2)", strings("s0")),
                forged("users.0.rows", "rows in [0, 4)", ints(filled(30, 0, 4))),
                forged("users.0.start", "one row each, found 2", ints(doubled)),
                forged("users.0.start", "one row each, found 0", ints(withoutRow)),
                forged("users.1.bounds", "finite, ascending", bounds(2, 1)),
                forged("users.1.bounds", "finite, ascending", bounds(1, 1)),
                forged("users.1.bounds", "finite, ascending", bounds(Double.NaN)),
                forged("users.1.bounds", "rows in [0, 2)", bounds()),
                forged("items.1.separator", "a text", text("")),
                forged("items.2.buckets", "a number of buckets", ints(0)),
                forged("items.2.buckets", "a number of buckets", ints()),
                forged("items.2.buckets", "rows in [0, 3)", ints(2)),
                forged("items.3.between", "a text", text("")),
                forged("items.3.weights", "elements", ints(1)),
                forged("items.3.weights", "weights that sum to 1", ints(new int[72])),
                forged("items.dense", "distinct strings", strings("price", "price")),
                forged("items.dense", "a section 'items.d.2.scale'", strings("a", "b", "c")),
                forged("items.d.0.scale", "a mean and a deviation", bounds(0, 0)),
                forged("items.d.0.scale", "a mean and a deviation", bounds(Double.NaN, 1)),
                forged("items.d.0.scale", "2 elements", bounds(1)),
                forged(
                        "items.d.1.values",
                        "40 elements",
                        (writer, section) -> writer.matrix(section, DenseFeature.allocate(39, 3))),
                forged("items.d.1.values", "finite numbers", (writer, section) -> {
                    Matrix values = DenseFeature.allocate(40, 3);
                    values.set(7, 1, Float.NaN);
                    writer.matrix(section, values);
                }),
                forged("items.1.rows", "distinct rows", ints(new int[tagged])));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("forgeries")
    void contentThatMakesNoSenseIsRefusedUnderRightChecksums(String section, String expected, Forgery forgery)
            throws IOException {
        Path forged = folder.resolve("forged.dovetail");
        try (Arena arena = Arena.ofConfined();
                SectionFileWriter writer = new SectionFileWriter(forged, "catalog", 2)) {
            SectionFile original = SectionFile.open(file, "catalog", 2, arena);
            for (String name : original.names()) {
                if (name.equals(section)) {
                    forgery.write(writer, name);
                } else {
                    writer.begin(name);
                    writer.append(original.section(name));
                }
            }
            writer.commit();
        }
        String message = String.valueOf(assertThrows(CorruptFileException.class, () -> DatasetFile.read(forged))
                .getMessage());
        assertTrue(message.contains(expected), message);
    }
}

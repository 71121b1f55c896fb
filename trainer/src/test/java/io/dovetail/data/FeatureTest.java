package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FeatureTest {
    private static int[] rows(Feature feature, int entity) {
        return IntStream.range(feature.start(entity), feature.start(entity + 1))
                .map(feature::value)
                .toArray();
    }

    @Test
    void aCategoryHasARowForEachValueAndRowZeroForTheRest() {
        Feature colour = Feature.of("colour", new ColumnSpec.Categorical(1), List.of("red", "", "blue", "red"));
        assertEquals(Feature.Kind.CATEGORICAL, colour.kind());
        assertEquals(3, colour.cardinality());
        assertEquals(4, colour.entities());
        assertArrayEquals(new int[] {1}, rows(colour, 0));
        assertArrayEquals(new int[] {0}, rows(colour, 1));
        assertArrayEquals(new int[] {2}, rows(colour, 2));
        assertArrayEquals(new int[] {1}, rows(colour, 3));
        assertArrayEquals(new int[] {2}, colour.encode("blue"));
        assertArrayEquals(new int[] {0}, colour.encode("green"));
        assertArrayEquals(new int[] {0}, colour.encode(""));
    }

    @Test
    void aRowTellsWhatItStandsFor() {
        Feature colour = Feature.of("colour", new ColumnSpec.Categorical(1), List.of("red", "", "blue"));
        assertEquals(List.of("", "red", "blue"), texts(colour));
        Feature tags = Feature.of("tags", new ColumnSpec.MultiValued(1, ","), List.of("a,b", "c"));
        assertEquals(List.of("", "a", "b", "c"), texts(tags));
        Feature price = Feature.of("price", new ColumnSpec.Intervals(List.of(1.0, 10.0)), List.of("5"));
        assertEquals(List.of("", "below 1.0", "1.0 or more, below 10.0", "10.0 or more"), texts(price));
        assertThrows(IndexOutOfBoundsException.class, () -> colour.text(3));
    }

    private static List<String> texts(Feature feature) {
        return IntStream.range(0, feature.cardinality()).mapToObj(feature::text).toList();
    }

    @Test
    void valuesOfTooFewEntitiesAreUnknown() {
        Feature colour = Feature.of("colour", new ColumnSpec.Categorical(2), List.of("red", "blue", "red"));
        assertEquals(2, colour.cardinality());
        assertArrayEquals(new int[] {0}, rows(colour, 1));
        Feature tags = Feature.of("tags", new ColumnSpec.MultiValued(2, ","), List.of("a,a", "b,c", "c"));
        assertEquals(2, tags.cardinality(), "'a' comes twice, but of one entity");
        assertArrayEquals(new int[] {0}, rows(tags, 0));
        assertArrayEquals(new int[] {1}, rows(tags, 1));
    }

    @Test
    void aListHasDistinctKnownValuesOrRowZeroAlone() {
        Feature tags = Feature.of("tags", new ColumnSpec.MultiValued(1, "|"), List.of("a| b|a", "", "|c|"));
        assertEquals(4, tags.cardinality());
        assertArrayEquals(new int[] {1, 2}, rows(tags, 0));
        assertArrayEquals(new int[] {0}, rows(tags, 1));
        assertArrayEquals(new int[] {3}, rows(tags, 2));
        assertArrayEquals(new int[] {3, 1}, tags.encode("c|new|a"));
        assertArrayEquals(new int[] {0}, tags.encode("new|newer"));
    }

    private static String weighted(Feature feature, String raw) {
        StringBuilder rows = new StringBuilder();
        feature.encode(
                raw,
                (row, weight) -> rows.append(row).append(':').append(weight).append(' '));
        return rows.toString();
    }

    @Test
    void weightsOfAListSumToOneAndUnknownValuesDoNotCount() {
        ColumnSpec spec = new ColumnSpec.MultiValued(1, ",", Optional.of(":"));
        Feature tags = Feature.of("tags", spec, List.of("a:0.5,b:1.5", "", "c", "a:0,b:2", "x:y:3,a"));
        assertEquals(5, tags.cardinality(), "a value may hold the separator of weights; the last one counts");
        assertArrayEquals(new int[] {1, 2}, rows(tags, 0));
        assertEquals(0.25f, tags.weight(0, tags.start(0)));
        assertEquals(0.75f, tags.weight(0, tags.start(0) + 1));
        assertArrayEquals(new int[] {0}, rows(tags, 1));
        assertEquals(1, tags.weight(1, tags.start(1)));
        assertArrayEquals(new int[] {2}, rows(tags, 3), "a weight of 0 leaves a value out");
        assertEquals("2:0.75 1:0.25 ", weighted(tags, "b:3,new:9,a,b:100"));
        assertEquals("0:1.0 ", weighted(tags, "a:-1,b:heavy,:5"));
        assertEquals("0:1.0 ", weighted(tags, ""));
    }

    @Test
    void valuesWithoutWeightsCountAlike() {
        Feature tags = Feature.of("tags", new ColumnSpec.MultiValued(1, ","), List.of("a,b,c"));
        assertEquals(1f / 3, tags.weight(0, 1));
        assertEquals("1:0.5 3:0.5 ", weighted(tags, "a,c"));
    }

    @Test
    void anyValueHasABucketByItsHashAndNoneRowZero() {
        Feature seller = Feature.of("seller", new ColumnSpec.Hashed(100), List.of("s1", "", "s2"));
        assertEquals(101, seller.cardinality());
        assertEquals(Feature.Kind.CATEGORICAL, seller.kind());
        assertArrayEquals(new int[] {0}, rows(seller, 1));
        assertArrayEquals(seller.encode("s1"), rows(seller, 0));
        assertArrayEquals(new int[] {1 + 24}, seller.encode("a"), "FNV-1a of 'a' is af63dc4c8601ec8c");
        int[] count = new int[101];
        for (int i = 0; i < 10_000; i++) {
            count[seller.encode("never seen " + i)[0]]++;
        }
        assertEquals(0, count[0]);
        assertTrue(Arrays.stream(count, 1, 101).allMatch(c -> c > 50 && c < 160), Arrays.toString(count));
        assertEquals("", seller.text(0));
        assertEquals("bucket 7", seller.text(7));
    }

    @ParameterizedTest
    @CsvSource({"-5,1", "0.999,1", "1,2", "1.5,2", "10,3", "1e300,3", "NaN,0", "Infinity,0", "ten,0", "'',0", "' ',0"})
    void aBoundaryBelongsToTheIntervalAboveAndWhatIsNoNumberToRowZero(String raw, int row) {
        Feature price = Feature.of("price", new ColumnSpec.Intervals(List.of(1.0, 10.0)), List.of("3"));
        assertEquals(4, price.cardinality());
        assertArrayEquals(new int[] {row}, price.encode(raw));
    }

    @Test
    void quantilesHoldAboutAsManyEntitiesEach() {
        List<String> numbers =
                IntStream.range(0, 1000).mapToObj(i -> Integer.toString(i * i)).toList();
        Feature size = Feature.of("size", new ColumnSpec.Quantiles(10), numbers);
        assertEquals(11, size.cardinality());
        int[] count = new int[11];
        for (int n = 0; n < size.entities(); n++) {
            count[size.value(size.start(n))]++;
        }
        assertEquals(0, count[0]);
        assertTrue(Arrays.stream(count, 1, 11).allMatch(c -> c == 100), Arrays.toString(count));
    }

    @Test
    void equalNumbersShareABucketHoweverManyTheyAre() {
        Feature equal = Feature.of("equal", new ColumnSpec.Quantiles(10), List.of("5", "5", "5", "5"));
        assertEquals(2, equal.cardinality());
        Feature skewed = Feature.of("skewed", new ColumnSpec.Quantiles(4), List.of("0", "0", "0", "0", "7"));
        assertEquals(2, skewed.cardinality(), "the highest boundary is the fourth of five numbers, a zero");
        assertEquals(
                2,
                Feature.of("none", new ColumnSpec.Quantiles(4), List.of("", "")).cardinality());
    }

    @Test
    void anIgnoredColumnIsNoFeature() {
        ColumnSpec ignored = new ColumnSpec.Ignored();
        List<String> texts = List.of("a");
        assertThrows(IllegalArgumentException.class, () -> Feature.of("x", ignored, texts));
    }

    @Test
    void valuesGoOnFromTheSameValuesOfAnEarlierFeature() {
        ColumnSpec spec = new ColumnSpec.MultiValued(1, ",");
        Feature before = Feature.of("tags", spec, List.of("red,blue", "green"));
        Feature now = Feature.of("tags", spec, List.of("white,green", "red"));
        int[] origins = now.originsIn(before);
        assertEquals(0, origins[0]);
        assertEquals(before.encode("green")[0], origins[now.encode("green")[0]]);
        assertEquals(before.encode("red")[0], origins[now.encode("red")[0]]);
        assertEquals(Vocabulary.MISSING, origins[now.encode("white")[0]]);
    }

    @Test
    void intervalsGoOnFromThoseTheirMiddleLiesIn() {
        ColumnSpec earlier = new ColumnSpec.Intervals(List.of(10.0, 20.0, 30.0));
        ColumnSpec later = new ColumnSpec.Intervals(List.of(11.0, 12.0, 26.0, 36.0, 90.0));
        Feature before = Feature.of("price", earlier, List.of("1"));
        Feature now = Feature.of("price", later, List.of("1"));
        // Rows: missing; below 11, then up to 12, 26, 36 and 90; 90 or more.
        assertArrayEquals(new int[] {0, 1, 2, 2, 4, 4, 4}, now.originsIn(before));
    }
}

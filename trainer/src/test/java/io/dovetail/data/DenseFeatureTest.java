package io.dovetail.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DenseFeatureTest {
    private static String encoded(DenseFeature feature, String raw) {
        try (Arena arena = Arena.ofConfined()) {
            Matrix out = Matrix.allocate(arena, 2, feature.dimension());
            out.fill(7);
            feature.encode(raw, out, 1);
            float[] row = new float[feature.dimension()];
            for (int j = 0; j < row.length; j++) {
                row[j] = out.get(1, j);
                assertEquals(7, out.get(0, j), "other rows are left alone");
            }
            return Arrays.toString(row);
        }
    }

    @Test
    void numbersHaveMeanZeroAndDeviationOneAndWhatIsMissingIsTheMean() {
        DenseFeature price = DenseFeature.standardized("price", 1, 3, Double.NaN, 5, 7);
        assertEquals(4, price.mean());
        assertEquals(Math.sqrt(5), price.deviation());
        assertEquals(1, price.dimension());
        assertEquals(5, price.entities());
        assertEquals((float) (-3 / Math.sqrt(5)), price.values().get(0, 0));
        assertEquals(0, price.values().get(2, 0));
        assertEquals("[0.0]", encoded(price, "4"));
        assertEquals("[0.0]", encoded(price, "cheap"));
        assertEquals("[" + (float) (1000 / Math.sqrt(5)) + "]", encoded(price, "1004"));
    }

    @Test
    void equalNumbersAndNoneAtAllAreZeros() {
        DenseFeature equal = DenseFeature.standardized("x", 3, 3);
        assertEquals(0, equal.values().get(1, 0));
        assertEquals("[1.0]", encoded(equal, "4"));
        assertEquals(0, DenseFeature.standardized("x", Double.NaN).values().get(0, 0));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', textBlock = """
        1 -2.5 3e1       ~ [1.0, -2.5, 30.0]
        1,-2.5,30        ~ [1.0, -2.5, 30.0]
        [1; -2.5 ; 30]   ~ [1.0, -2.5, 30.0]
        1|-2.5|30        ~ [1.0, -2.5, 30.0]
        1 2              ~ [0.0, 0.0, 0.0]
        1 2 x            ~ [0.0, 0.0, 0.0]
        1 2 NaN          ~ [0.0, 0.0, 0.0]
        1 2 1e39         ~ [0.0, 0.0, 0.0]
        1,,3             ~ [0.0, 0.0, 0.0]
        ''               ~ [0.0, 0.0, 0.0]
        """)
    void vectorsAreReadFromTextAndNeverFail(String raw, String expected) {
        assertEquals(expected, encoded(DenseFeature.of("style", DenseFeature.allocate(4, 3)), raw));
    }
}

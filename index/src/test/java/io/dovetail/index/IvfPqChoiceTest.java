package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IvfPqChoiceTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "200, 0.95, FLOAT32, 32, 4",
        "110, 0.95, FLOAT16, 32, 4",
        "90, 0.95, FLOAT16, 16, 4",
        "70, 0.95, INT8, 32, 4",
        "48, 0.95, INT8, 8, 4",
        "80, 0.99, FLOAT16, 8, 4"
    })
    void takesTheBestThatFits(int bytesPerVector, double recall, VectorPrecision precision, int subspaces, int bits) {
        IvfPqChoice choice = IvfPqChoice.forBytes(1_000_000, 32, 1_000_000L * bytesPerVector, recall);
        assertEquals(precision, choice.spec().precision());
        assertEquals(subspaces, choice.spec().subspaces());
        assertEquals(bits, choice.spec().bits());
        assertTrue(choice.bytes() <= 1_000_000L * bytesPerVector);
        choice.spec().check(1_000_000, 32);
        assertTrue(
                choice.reasons().get(1).contains(precision.toString()),
                choice.reasons().toString());
    }

    @Test
    void oddDimensionsHaveACodeOfWholeBytes() {
        IvfPqChoice choice = IvfPqChoice.forBytes(100_000, 33, 1L << 40, 1);
        choice.spec().check(100_000, 33);
        assertEquals(8, choice.spec().bits());
    }

    @Test
    void saysHowSmallTheSmallestIs() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> IvfPqChoice.forBytes(1_000_000, 32, 60_000_000, 0.99));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("60.0 MB are not enough") && message.contains("float16"), message);
        assertThrows(IllegalArgumentException.class, () -> IvfPqChoice.forBytes(10, 4, 1L << 30, 0));
        assertThrows(IllegalArgumentException.class, () -> IvfPqChoice.forBytes(10, 4, 1L << 30, Double.NaN));
    }

    @ParameterizedTest
    @CsvSource({"32, 0.9, 40000000", "32, 0.99, 3000000", "32, 0.9, 1900000", "20, 0.9, 40000000", "20, 0.9, 1900000"})
    void theFileIsAboutAsLongAsSaid(int dimension, double recall, long most) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            IvfPqChoice choice = IvfPqChoice.forBytes(20_000, dimension, most, recall);
            Path file = folder.resolve("index");
            Samples.build(
                    file,
                    Samples.gaussian(arena, 20_000, dimension, 1),
                    choice.spec().withTraining(4_000, 2));
            long bytes = Files.size(file);
            assertTrue(Math.abs(bytes - choice.bytes()) < choice.bytes() / 20, bytes + " of " + choice.bytes());
        }
    }
}

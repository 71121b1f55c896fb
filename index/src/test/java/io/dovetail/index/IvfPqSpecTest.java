package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IvfPqSpecTest {

    @ParameterizedTest
    @CsvSource({"1,1,1,1", "38,32,1,8", "100,30,2,10", "20000,32,512,8", "243166,32,2048,8", "1000000,25,4096,25"})
    void choosesListsAndSubspacesBySize(int n, int dimension, int nlist, int subspaces) {
        IvfPqSpec spec = IvfPqSpec.forSize(n, dimension);
        assertEquals(nlist, spec.nlist());
        assertEquals(subspaces, spec.subspaces());
        spec.check(n, dimension);
    }

    @Test
    void hasNoAdviceForItsOwnChoiceOnceThereAreEnoughVectors() {
        for (int n : new int[] {10_000, 50_000, 243_166, 5_000_000}) {
            assertEquals(List.of(), IvfPqSpec.forSize(n, 32).advice(n, 32));
        }
    }

    @Test
    void saysInWordsWhatIsUnwise() {
        List<String> few = IvfPqSpec.forSize(500, 32).withNlist(100).advice(500, 32);
        assertEquals(3, few.size(), few::toString);
        assertTrue(few.get(0).contains("500 vectors are few"), few::toString);
        assertTrue(few.get(1).contains("8 is a better number"), few::toString);
        assertTrue(few.get(2).contains("wants at least 9984 vectors, there are 500"), few::toString);
        List<String> sample =
                IvfPqSpec.forSize(100_000, 32).withTraining(10_000, 5).advice(100_000, 32);
        assertTrue(sample.toString().contains("use at least 39936"), sample::toString);
    }

    @Test
    void refusesWhatCannotWorkAndSaysWhatWould() {
        IvfPqSpec spec = IvfPqSpec.forSize(20_000, 32);
        assertMessage(
                "30 cannot be split into 8 subspaces; valid: [1, 2, 3, 5, 6, 10, 15, 30]", () -> spec.check(100, 30));
        assertMessage("valid: [2, 6, 10, 30]", () -> spec.withCode(8, 4).check(100, 30));
        assertMessage("nlist 512 is more than the 100 vectors; use 2, or a flat index", () -> spec.check(100, 32));
        assertMessage("there are no vectors", () -> spec.check(0, 32));
        assertMessage("bits are 4 to 8, got 9", () -> spec.withCode(8, 9));
        assertMessage("bits are 4 to 8, got 3", () -> spec.withCode(8, 3));
        assertMessage("even number of subspaces, got 3", () -> spec.withCode(3, 4));
        assertMessage("in [1, 256], got 257", () -> spec.withCode(257, 8));
        assertMessage("nlist is at least 1, got 0", () -> spec.withNlist(0));
        assertMessage("trainingSample is at least 1", () -> spec.withTraining(0, 1));
        assertMessage("iterations are at least 1", () -> spec.withTraining(1, 0));
        assertMessage("rotationRounds are at least 0, got -1", () -> spec.withRotationRounds(-1));
        assertMessage("anisotropy is at least 1 and finite, got 0.5", () -> spec.withAnisotropy(0.5f));
        assertMessage("anisotropy is at least 1 and finite, got NaN", () -> spec.withAnisotropy(Float.NaN));
        assertMessage(
                "anisotropy is at least 1 and finite, got Infinity",
                () -> spec.withAnisotropy(Float.POSITIVE_INFINITY));
        assertMessage("at least 1 vector", () -> IvfPqSpec.forSize(0, 1));
    }

    @Test
    void copiesKeepWhatTheyDoNotChange() {
        IvfPqSpec spec = new IvfPqSpec(2, 3, 5, 6, 7, 8, 9, VectorPrecision.FLOAT32, 1);
        IvfPqSpec changed = new IvfPqSpec(20, 30, 6, 60, 70, 80, 90, VectorPrecision.INT8, 10);
        assertEquals(
                changed,
                spec.withAnisotropy(10)
                        .withPrecision(VectorPrecision.INT8)
                        .withRotationRounds(90)
                        .withSeed(80)
                        .withTraining(60, 70)
                        .withCode(30, 6)
                        .withNlist(20));
        assertEquals(
                changed,
                spec.withNlist(20)
                        .withCode(30, 6)
                        .withTraining(60, 70)
                        .withSeed(80)
                        .withRotationRounds(90)
                        .withPrecision(VectorPrecision.INT8)
                        .withAnisotropy(10));
    }

    private static void assertMessage(String part, Runnable action) {
        String message =
                assertThrows(IllegalArgumentException.class, action::run).toString();
        assertTrue(message.contains(part), message);
    }
}

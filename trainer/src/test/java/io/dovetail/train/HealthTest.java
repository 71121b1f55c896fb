package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Matrix;
import io.dovetail.train.Embeddings.Health;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collapse is seen, and said. */
final class HealthTest {

    private static Health health(IntFunction<float[]> user, IntFunction<float[]> item) {
        try (Arena arena = Arena.ofShared()) {
            float[][] users = new float[200][];
            Arrays.setAll(users, user);
            float[][] items = new float[300][];
            Arrays.setAll(items, item);
            return new Embeddings(Matrix.copyOf(arena, users), Matrix.copyOf(arena, items)).health();
        }
    }

    private static float[] onCircle(int i) {
        return new float[] {(float) Math.cos(i), (float) Math.sin(i), 0, 0};
    }

    @Test
    void vectorsAllAroundAreHealthy() {
        Health health = health(HealthTest::onCircle, HealthTest::onCircle);
        assertFalse(health.collapsed());
        assertEquals(0, health.zeroUsers());
        assertEquals(2, health.scoreSpread(), 0.01);
    }

    @Test
    void zeroVectorsAreACollapse() {
        Health items = health(HealthTest::onCircle, i -> new float[4]);
        assertTrue(items.collapsed());
        assertEquals(1, items.zeroItems());
        Health users = health(i -> new float[4], HealthTest::onCircle);
        assertTrue(users.collapsed());
        assertEquals(1, users.zeroUsers());
    }

    @Test
    void vectorsAllAlikeAreACollapse() {
        assertTrue(health(HealthTest::onCircle, i -> new float[] {0, 1, 0, 0}).collapsed());
    }

    @Test
    void usersAndItemsOnDifferentAxesAreACollapse() {
        Health health = health(HealthTest::onCircle, i -> new float[] {0, 0, (float) Math.cos(i), (float) Math.sin(i)});
        assertTrue(health.collapsed());
        assertEquals(0, health.zeroUsers() + health.zeroItems());
    }

    @Test
    void vectorsThatAreNoNumbersAreACollapse() {
        assertTrue(health(HealthTest::onCircle, i -> new float[] {Float.NaN, 0, 0, 0})
                .collapsed());
    }

    @Test
    void aTrainedModelIsHealthy(@TempDir Path folder) throws IOException {
        var recorder = TestRuns.train(folder, TestRuns.data(), TestRuns.smallDat(), Ending.KEEP_SELECTED);
        assertTrue(recorder.warnings.isEmpty(), () -> recorder.warnings.toString());
        assertFalse(Objects.requireNonNull(recorder.reports.getLast().health()).collapsed());
    }

    @Test
    void theCollapseOfALiteralHeadIsExplained(@TempDir Path folder) throws IOException {
        Recipe recipe = TestRuns.smallPaper()
                .with("negatives", "20")
                .with("learning-rate", "0.05")
                .with("epochs", "6")
                .with("patience", "6");
        var recorder = TestRuns.train(folder, TestRuns.data(), recipe, Ending.KEEP_SELECTED);
        assertTrue(Objects.requireNonNull(recorder.reports.getLast().health()).collapsed());
        String warning = recorder.warnings.getLast();
        assertTrue(warning.contains("the outputs have collapsed"), warning);
        assertTrue(warning.contains("20 negatives per positive"), warning);
        assertTrue(warning.contains("Try the recipe dat-paper-trainable, or head=linear-scaled"), warning);
    }
}

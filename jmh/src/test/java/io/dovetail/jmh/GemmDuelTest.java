package io.dovetail.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.jmh.peers.GemmPeer;
import io.dovetail.kernels.Epilogue;
import io.dovetail.kernels.MatrixKernels.Form;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be tested of the comparison with native peers where there are none. */
final class GemmDuelTest {

    @Test
    void a_peer_that_is_absent_is_asked_for_by_the_command_that_fetches_it(@TempDir Path empty) {
        String before = System.getProperty("dovetail.peers");
        System.setProperty("dovetail.peers", empty.toString());
        try {
            for (String name : List.of("mkl", "openblas", "onednn")) {
                String message = assertThrows(IllegalStateException.class, () -> GemmPeer.open(name, 1))
                        .toString();
                assertTrue(message.contains(empty.toString()) || message.contains("env -u"), message);
                assertTrue(message.contains("mvn -Ppeers") || message.contains("env -u"), message);
            }
        } finally {
            if (before == null) {
                System.clearProperty("dovetail.peers");
            } else {
                System.setProperty("dovetail.peers", before);
            }
        }
    }

    @Test
    void an_unknown_peer_is_refused() {
        String message = assertThrows(IllegalArgumentException.class, () -> GemmPeer.open("atlas", 1))
                .toString();
        assertTrue(message.contains("atlas"), message);
    }

    @Test
    void both_backends_pass_the_check_of_every_product() {
        for (Form form : Form.values()) {
            for (String side : List.of("scalar", "vector")) {
                try (GemmFixture fixture =
                        new GemmFixture(GemmShape.ofLayer(form, 33, "17x40"), 1, Epilogue.Kind.NONE)) {
                    fixture.side(side).run();
                }
            }
        }
        try (GemmFixture fixture =
                new GemmFixture(GemmShape.ofLayer(Form.NN, 33, "17x40"), 1, Epilogue.Kind.BIAS_RELU)) {
            fixture.side("vector").run();
        }
    }

    @Test
    void a_layer_has_three_products() {
        assertEquals(new GemmShape(Form.NN, 256, 128, 32), GemmShape.ofLayer(Form.NN, 256, "32x128"));
        assertEquals(new GemmShape(Form.NT, 256, 32, 128), GemmShape.ofLayer(Form.NT, 256, "32x128"));
        assertEquals(new GemmShape(Form.TN, 32, 128, 256), GemmShape.ofLayer(Form.TN, 256, "32x128"));
    }

    @Test
    void a_ratio_is_the_median_over_rounds_to_the_peer_with_the_best_median() {
        Map<String, double[]> gigaflops = new LinkedHashMap<>();
        gigaflops.put("vector", new double[] {90, 99, 100});
        gigaflops.put("mkl", new double[] {100, 100, 10});
        gigaflops.put("onednn", new double[] {110, 110, 110});
        gigaflops.put(DuelOutcome.PEAK, new double[] {120, 110, 100});
        DuelOutcome outcome =
                new DuelOutcome("layers", GemmShape.ofLayer(Form.NN, 1, "1x1"), gigaflops, List.of("mkl", "onednn"));
        assertEquals(OptionalDouble.of(0.99), outcome.overBlas("vector"));
        assertEquals(OptionalDouble.of(0.9), outcome.overFastest("vector"));
        assertEquals(0.9, outcome.shareOfPeak("vector"));
        assertEquals(110, outcome.peak());
    }

    @Test
    void a_geometric_mean_leaves_out_what_has_no_ratio() {
        Map<String, double[]> alone = Map.of("vector", new double[] {1}, DuelOutcome.PEAK, new double[] {1});
        DuelOutcome outcome = new DuelOutcome("fused", GemmShape.ofLayer(Form.NN, 1, "1x1"), alone, List.of());
        assertEquals(
                OptionalDouble.empty(),
                DuelOutcome.geometricMean(List.of(outcome), measured -> measured.overBlas("vector")));
    }

    @Test
    void rounds_that_grow_faster_are_not_settled() {
        assertTrue(Duel.settled(10, 9, 10, 10.5));
        assertFalse(Duel.settled(1, 1, 10, 10));
        assertEquals(2.5, Duel.median(4, 1, 2, 3));
    }

    @Test
    void an_unknown_option_is_refused_with_the_usage() {
        String message = assertThrows(IllegalArgumentException.class, () -> GemmDuelOptions.parse("--round", "3"))
                .toString();
        assertTrue(message.contains("--round") && message.contains("usage"), message);
        assertEquals(List.of(64), GemmDuelOptions.parse("--rows", "64").rows());
    }
}

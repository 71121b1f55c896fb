package io.dovetail.jmh;

import io.dovetail.jmh.peers.GemmPeer;
import io.dovetail.kernels.Epilogue.Kind;
import io.dovetail.kernels.MatrixKernels.Form;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Our products against the native peers in one JVM, round by round: the quick look while a kernel is being tuned. The
 * figures to quote are those of {@link GemmBenchmark}, each side in JVMs of its own.
 *
 * <p>How to run: {@code java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
 * -cp jmh/target/benchmarks.jar io.dovetail.jmh.GemmDuel --help}.
 */
public final class GemmDuel {

    /** About 20 microseconds. */
    private static final int PEAK_STEPS = 5_000;

    /** Enough for the peak, as it uses no memory. */
    private static final long PEAK_TURN_NS = 2_000_000;

    /** Long enough for the compiler to be done with what it sees for the first time. */
    private static final long WARM_UP_NS = 500_000_000L;

    private static final int MOST_REPEATS = 2;

    private final GemmDuelOptions options;
    private final DuelReport report;

    private GemmDuel(GemmDuelOptions options) {
        this.options = options;
        this.report = new DuelReport(System.out, options);
    }

    /**
     * Measures and prints.
     *
     * @param arguments options
     * @throws IOException if the JSON file cannot be written
     */
    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(GemmDuelOptions.USAGE);
            return;
        }
        new GemmDuel(GemmDuelOptions.parse(arguments)).run();
    }

    private void run() throws IOException {
        report.begin(options.peers().stream()
                .map(peer -> GemmPeer.open(peer, options.threads()).describe())
                .toList());
        warmUp(this::peak);
        for (String suite : options.suites()) {
            switch (suite) {
                case "layers" -> layers();
                case "fused" -> fused();
                case "square" -> square();
                default -> throw new IllegalArgumentException("suite: layers, fused or square, got " + suite);
            }
        }
        report.end();
    }

    private void layers() {
        for (Form form : options.forms()) {
            warmUp(form, Kind.NONE);
            for (int rows : options.rows()) {
                for (String layer : options.layers()) {
                    GemmShape shape = GemmShape.ofLayer(form, rows, layer);
                    measure("layers", shape, new GemmFixture(shape, options.threads(), Kind.NONE), options.peers());
                }
            }
        }
    }

    private void fused() {
        List<String> peers = options.peers().stream().filter("onednn"::equals).toList();
        warmUp(Form.NN, Kind.BIAS_RELU);
        for (int rows : options.rows()) {
            for (String layer : options.layers()) {
                GemmShape shape = GemmShape.ofLayer(Form.NN, rows, layer);
                measure("fused", shape, new GemmFixture(shape, options.threads(), Kind.BIAS_RELU), peers);
            }
        }
    }

    private void square() {
        warmUp(Form.NN, Kind.NONE);
        for (int size : options.sizes()) {
            GemmShape shape = new GemmShape(Form.NN, size, size, size);
            measure("square", shape, new GemmFixture(shape, options.threads(), Kind.NONE), options.peers());
        }
    }

    private void measure(String suite, GemmShape shape, GemmFixture fixture, List<String> peers) {
        try (fixture) {
            List<String> names = new ArrayList<>(options.ours());
            names.addAll(peers);
            long turnNs = Math.round(options.millis() * 1e6);
            List<Duel.Side> sides = new ArrayList<>();
            for (String name : names) {
                sides.add(new Duel.Side(fixture.side(name), turnNs));
            }
            sides.add(new Duel.Side(this::peak, PEAK_TURN_NS));
            double[][] rates = options.duel().run(sides);
            for (int again = 0; again < MOST_REPEATS && !Arrays.stream(rates).allMatch(Duel::settled); again++) {
                rates = options.duel().run(sides);
            }
            Map<String, double[]> gigaflops = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                gigaflops.put(names.get(i), scaled(rates[i], shape.operations()));
            }
            gigaflops.put(
                    DuelOutcome.PEAK, scaled(rates[names.size()], options.threads() * FmaPeak.operations(PEAK_STEPS)));
            report.add(new DuelOutcome(suite, shape, gigaflops, peers));
        }
    }

    private void warmUp(Form form, Kind kind) {
        for (String layer : options.layers()) {
            GemmShape shape = GemmShape.ofLayer(form, options.rows().getFirst(), layer);
            try (GemmFixture fixture = new GemmFixture(shape, options.threads(), kind)) {
                options.ours().forEach(side -> warmUp(fixture.side(side)));
            }
        }
    }

    private static void warmUp(Runnable work) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP_NS) {
            work.run();
        }
    }

    private void peak() {
        // a use of the sum: else there would be nothing to compute
        Fixtures.require(FmaPeak.run(PEAK_STEPS, options.threads()) > 0, "the sum of the peak's products");
    }

    private static double[] scaled(double[] rates, double operations) {
        return Arrays.stream(rates).map(rate -> rate * operations * 1e-9).toArray();
    }
}

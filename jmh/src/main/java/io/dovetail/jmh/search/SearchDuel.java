package io.dovetail.jmh.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Neighbors;
import io.dovetail.index.Progress;
import io.dovetail.index.VectorFiles;
import io.dovetail.index.VectorPrecision;
import io.dovetail.index.tune.ExactNeighbors;
import io.dovetail.jmh.report.MachineName;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Searches by several libraries on the same vectors, on one thread, those of Java in one JVM: each builds its index, then all efforts of all sides take turns in rounds. See {@code --help}.
 */
public final class SearchDuel {
    private static final long SEED = 32_001;

    private final SearchDuelOptions options;
    private final PrintStream out;
    private final int k;

    private SearchDuel(SearchDuelOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
        k = options.number("--k");
    }

    /**
     * Measures and writes what it found.
     *
     * @param arguments see {@code --help}
     * @throws IOException if an index or the result cannot be written
     */
    public static void main(String... arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(SearchDuelOptions.USAGE);
            return;
        }
        try {
            new SearchDuel(SearchDuelOptions.parse(arguments), System.out).run();
        } catch (IllegalArgumentException e) {
            System.err.println("search duel: " + e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws IOException {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            int count = options.number("--queries");
            TowerVectors data = data(count, arena);
            boolean[] all = new boolean[data.vectors().rows()];
            Arrays.fill(all, true);
            Neighbors truth = truth(data, all, workers);
            TowerVectors asked = new TowerVectors(data.vectors(), data.queries().rows(0, count));
            List<SearchSide> sides = new ArrayList<>();
            try {
                for (String side : options.sides()) {
                    sides.add(side(side, data, asked, part(truth, count, count), arena));
                    out.printf(
                            Locale.ROOT,
                            "%s: built in %.1f s, %,d bytes%n",
                            sides.getLast().name(),
                            sides.getLast().buildSeconds(),
                            sides.getLast().bytes());
                }
                for (Map.Entry<String, Double> share : options.accepted().entrySet()) {
                    if (share.getValue() < 1) {
                        boolean[] members = members(all.length, share.getValue());
                        truth = truth(data, members, workers);
                        for (SearchSide side : sides) {
                            side.accept(members, part(truth, count, count));
                        }
                        out.println("of the vectors a filter accepts " + share.getKey());
                    }
                    SearchRounds rounds =
                            new SearchRounds(sides, part(truth, 0, count), k, options.number("--rounds"), out);
                    write(data.vectors(), share.getValue(), rounds.run(), options.json(share.getKey()));
                }
            } finally {
                for (SearchSide side : sides) {
                    side.close();
                }
            }
        }
    }

    private static boolean[] members(int count, double share) {
        boolean[] members = new boolean[count];
        Random random = new Random(SEED);
        for (int id = 0; id < count; id++) {
            members[id] = random.nextDouble() < share;
        }
        return members;
    }

    /** The true neighbours of all queries among the members. */
    private Neighbors truth(TowerVectors data, boolean[] members, Workers workers) {
        long[] ids = IntStream.range(0, members.length)
                .filter(id -> members[id])
                .asLongStream()
                .toArray();
        try (Arena scratch = Arena.ofShared()) {
            Matrix vectors = Matrix.allocate(scratch, ids.length, data.vectors().cols());
            for (int row = 0; row < ids.length; row++) {
                vectors.rows(row, 1).copyFrom(data.vectors().rows((int) ids[row], 1));
            }
            FlatIndex flat = FlatIndex.of(vectors, ids, "", Kernels.best());
            return ExactNeighbors.of(flat, data.queries(), k, workers, Progress.none());
        }
    }

    private TowerVectors data(int count, Arena arena) throws IOException {
        String base = options.text("--base");
        if (base.equals("none")) {
            return TowerVectors.of(
                    arena,
                    options.number("--vectors"),
                    2 * count,
                    options.number("--dimension"),
                    options.spread("--lengths"),
                    SEED);
        }
        Matrix queries = VectorFiles.read(Path.of(options.text("--asked")), arena);
        if (queries.rows() < 2 * count) {
            throw new IllegalArgumentException("--asked: " + queries.rows() + " queries, twice --queries are needed");
        }
        return new TowerVectors(VectorFiles.read(Path.of(base), arena), queries.rows(0, 2 * count));
    }

    private Neighbors part(Neighbors all, int from, int count) {
        Neighbors part = new Neighbors(count, k);
        for (int query = 0; query < count; query++) {
            part.set(query, all, from + query);
        }
        return part;
    }

    private SearchSide side(String side, TowerVectors all, TowerVectors asked, Neighbors tuningTruth, Arena arena)
            throws IOException {
        int count = asked.queries().rows();
        return switch (side) {
            case "dovetail" ->
                new DovetailSide(
                        spec(all.vectors().rows(), all.vectors().cols()),
                        asked,
                        all.queries().rows(count, count),
                        tuningTruth,
                        k,
                        options.number("--build-threads"),
                        arena);
            case "jvector" -> new JVectorSide(options.text("--jvector"), asked.vectors(), asked.queries(), k);
            case "lucene" -> new LuceneSide(asked.vectors(), asked.queries(), k);
            case "faiss" ->
                new FaissSide(
                        List.of(options.text("--faiss").split(",", -1)),
                        options.text("--faiss-nlist"),
                        options.number("--build-threads"),
                        asked,
                        all.queries().rows(count, count),
                        tuningTruth,
                        k);
            default ->
                throw new IllegalArgumentException(
                        "--sides: '" + side + "' is none of dovetail, jvector, lucene, faiss");
        };
    }

    private IvfPqSpec spec(int vectors, int dimension) {
        IvfPqSpec spec = Codes.spec(vectors, dimension, options.text("--code"));
        int nlist = options.number("--nlist");
        VectorPrecision precision =
                VectorPrecision.valueOf(options.text("--precision").toUpperCase(Locale.ROOT));
        return (nlist == 0 ? spec : spec.withNlist(nlist)).withPrecision(precision);
    }

    private void write(Matrix vectors, double accepted, List<SearchCurve> curves, Path json) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("machine", MachineName.here());
        root.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        root.put("vectors", vectors.rows());
        root.put("dimension", vectors.cols());
        root.put("data", options.data());
        root.put("accepted", accepted);
        root.put("queries", options.number("--queries"));
        root.put("k", k);
        root.put("buildThreads", options.number("--build-threads"));
        root.put("rounds", options.number("--rounds"));
        root.put("curves", curves);
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(json.toFile(), root);
        out.println("written to " + json);
    }
}

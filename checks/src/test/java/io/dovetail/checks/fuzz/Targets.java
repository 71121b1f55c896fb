package io.dovetail.checks.fuzz;

import io.dovetail.index.ExcludedIds;
import io.dovetail.index.FaissReader;
import io.dovetail.index.FaissWriter;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.Tuning;
import io.dovetail.index.VectorFiles;
import io.dovetail.index.VectorPrecision;
import io.dovetail.index.live.Durability;
import io.dovetail.index.live.FollowedIndex;
import io.dovetail.index.live.LiveIndex;
import io.dovetail.index.live.NamedLiveIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

/** The readers of the index, with small good files that have every section there is. */
final class Targets {

    private static final int DIMENSION = 4;
    private static final Kernels KERNELS = Kernels.best();

    /**
     * For what reads logs: to an interpreter every vector is an object, so that a search among more candidates would seem to
     * allocate, and what a reader allocates would be lost among it.
     */
    private static final Kernels OBJECTLESS = Kernels.scalar();

    private static final Durability SELDOM = Durability.interval(Duration.ofDays(1));

    private final Path folder;

    /**
     * Readers whose files are in a folder.
     *
     * @param folder where to put them
     */
    Targets(Path folder) {
        this.folder = folder;
    }

    /** {@return all of them} */
    List<Target> all() throws IOException {
        List<Target> targets = new ArrayList<>();
        targets.add(index());
        targets.addAll(live());
        targets.addAll(names());
        targets.addAll(vectors());
        targets.add(faiss());
        return targets;
    }

    private Target index() throws IOException {
        Path file = Files.createDirectories(folder.resolve("index")).resolve("items.ivfpq");
        List<byte[]> seeds = List.of(
                built(file, 60, new IvfPqSpec(3, 2, 4, 20, 2, 1)),
                built(file, 60, new IvfPqSpec(5, 4, 8, 20, 2, 1).withRotationRounds(2)),
                built(file, 300, new IvfPqSpec(256, 2, 5, 300, 1, 1)),
                built(file, 60, new IvfPqSpec(3, 2, 4, 20, 2, 1).withPrecision(VectorPrecision.INT8)),
                built(file, 60, new IvfPqSpec(3, 2, 4, 20, 2, 1).withPrecision(VectorPrecision.FLOAT16)),
                tuned(file));
        return new Target(
                "index",
                file,
                seeds,
                sections(),
                arena -> search(IvfPqIndex.open(file, KERNELS, arena)),
                Target.BINARY);
    }

    /** Damage most of which the checksums do not show. */
    static Damage sections() {
        return new ByteDamage().or(0.8, new SectionDamage());
    }

    private static byte[] built(Path file, int rows, IvfPqSpec spec) throws IOException {
        return built(file, LongStream.range(0, rows).map(i -> i * 7 - 100).toArray(), spec);
    }

    private static byte[] built(Path file, long[] ids, IvfPqSpec spec) throws IOException {
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            new IvfPqBuilder(spec, workers, KERNELS, Progress.none())
                    .build(gaussian(arena, ids.length), ids, "model", file);
        }
        return Files.readAllBytes(file);
    }

    private static byte[] tuned(Path file) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            built(file, 20, new IvfPqSpec(2, 2, 4, 20, 2, 1));
            IvfPqIndex.open(file, KERNELS, arena)
                    .writeTuned(new Tuning(new SearchParams(2, 5, 2), 10, 0.95, 0.96, 5), file);
        }
        return Files.readAllBytes(file);
    }

    private static Matrix gaussian(Arena arena, int rows) {
        Matrix x = Matrix.allocate(arena, rows, DIMENSION);
        Random random = new Random(3);
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < DIMENSION; col++) {
                x.set(row, col, (float) random.nextGaussian());
            }
        }
        return x;
    }

    /** Searches in every way, and reads what is found. */
    private static void search(Index index) {
        try (Arena arena = Arena.ofConfined();
                Searcher searcher = index.searcher()) {
            Matrix query = Matrix.allocate(arena, 1, index.dimension());
            query.fill(0.5f);
            TopK top = new TopK(10);
            List<SearchParams> all =
                    List.of(new SearchParams(2, 5), new SearchParams(2, 5, 1), SearchParams.exhaustive());
            for (SearchParams params : all) {
                searcher.search(query, 10, params, top);
                searcher.search(query, 3, params, ExcludedIds.of(5, 7), top);
            }
            for (int place = 0; place < top.size(); place++) {
                top.id(place);
            }
        }
    }

    private List<Target> live() throws IOException {
        Path directory = folder.resolve("live");
        Path file = folder.resolve("base.ivfpq");
        byte[] base = built(file, 60, new IvfPqSpec(3, 2, 4, 20, 2, 1));
        try (Arena arena = Arena.ofShared();
                LiveIndex live = LiveIndex.create(directory, file, SELDOM, KERNELS)) {
            Matrix rows = gaussian(arena, 3);
            live.upsert(new long[] {1, 2, -100}, rows);
            live.remove(new long[] {-93, 2});
            live.flush();
            live.upsert(9, rows.rows(2, 1));
        }
        Path log = directory.resolve("log-1.wal");
        byte[] written = Files.readAllBytes(log);
        byte[] state = Files.readAllBytes(directory.resolve("MANIFEST"));
        Damage logDamage = new ByteDamage().or(0.7, new LogDamage());
        // Each has a directory of its own, so that the other files stay good.
        Path followed = copy(directory, "followed");
        Path opened = copy(directory, "opened");
        Path manifest = copy(directory, "manifest");
        Path generation = copy(directory, "generation");
        return List.of(
                new Target(
                        "log that is followed",
                        followed.resolve("log-1.wal"),
                        List.of(written),
                        logDamage,
                        arena -> follow(followed),
                        Target.BINARY),
                new Target(
                        "log that is gone on with",
                        opened.resolve("log-1.wal"),
                        List.of(written),
                        logDamage,
                        arena -> write(opened, arena),
                        Target.BINARY),
                new Target(
                        "manifest",
                        manifest.resolve("MANIFEST"),
                        List.of(state),
                        sections(),
                        arena -> {
                            Files.write(manifest.resolve("log-1.wal"), written); // else it would grow
                            write(manifest, arena);
                        },
                        Target.BINARY),
                new Target(
                        "generation",
                        generation.resolve("index-1.ivfpq"),
                        List.of(base),
                        sections(),
                        arena -> follow(generation),
                        Target.BINARY));
    }

    private List<Target> names() throws IOException {
        Path opened = folder.resolve("named");
        Path file = folder.resolve("named.ivfpq");
        built(file, new long[] {1, 0, 3}, new IvfPqSpec(1, 2, 4, 20, 2, 1));
        List<String> names = List.of("a", "sku-1", "never", "ü");
        try (Arena arena = Arena.ofShared();
                NamedLiveIndex live = NamedLiveIndex.create(opened, file, names, SELDOM, KERNELS)) {
            live.upsert(List.of("new", "sku-1"), gaussian(arena, 2));
            live.upsert("more", gaussian(arena, 1));
        }
        byte[] written = Files.readAllBytes(opened.resolve("NAMES"));
        Path followed = copy(opened, "followed names");
        Files.write(followed.resolve("NAMES"), written);
        Damage damage = new ByteDamage().or(0.7, new LogDamage());
        return List.of(
                new Target(
                        "names that are followed",
                        followed.resolve("NAMES"),
                        List.of(written),
                        damage,
                        arena -> follow(followed),
                        Target.BINARY),
                new Target(
                        "names that are gone on with",
                        opened.resolve("NAMES"),
                        List.of(written),
                        damage,
                        arena -> name(opened, arena),
                        Target.BINARY));
    }

    private static void name(Path directory, Arena arena) throws IOException {
        Path log = directory.resolve("log-1.wal");
        byte[] before = Files.readAllBytes(log);
        try (NamedLiveIndex index = NamedLiveIndex.open(directory, SELDOM, OBJECTLESS)) {
            search(index);
            index.upsert("another", gaussian(arena, 1));
            index.remove("sku-1");
            for (int id = 0; id < index.names().size(); id++) {
                index.names().id(index.names().name(id));
            }
        } finally {
            Files.write(log, before); // else it would grow, and hold ids that other names have not
        }
    }

    private Path copy(Path directory, String name) throws IOException {
        Path to = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("MANIFEST", "index-1.ivfpq", "log-1.wal")) {
            Files.copy(directory.resolve(file), to.resolve(file));
        }
        return to;
    }

    /** What one reads, all must read: by vectors on a thread whose heap is not counted. */
    private static void follow(Path directory) throws IOException {
        follow(directory, OBJECTLESS);
        CompletableFuture.runAsync(() -> {
                    try {
                        follow(directory, KERNELS);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .join();
    }

    private static void follow(Path directory, Kernels kernels) throws IOException {
        try (FollowedIndex index = FollowedIndex.open(directory, kernels)) {
            search(index);
            index.refresh();
            for (int id = 0; id < index.names().size(); id++) {
                index.names().id(index.names().name(id));
            }
        }
    }

    private static void write(Path directory, Arena arena) throws IOException {
        try (LiveIndex index = LiveIndex.open(directory, SELDOM, OBJECTLESS)) {
            search(index);
            index.upsert(77, gaussian(arena, 1));
            index.remove(1);
            index.drift();
            index.contents(arena);
            search(index);
        }
    }

    private List<Target> vectors() throws IOException {
        Damage text = new ByteDamage().or(0.4, new TextDamage());
        return List.of(vectors("fvecs", new ByteDamage()), vectors("npy", text), bytes(), integers());
    }

    private Target vectors(String ending, Damage damage) throws IOException {
        Path file = Files.createDirectories(folder.resolve(ending)).resolve("x." + ending);
        List<byte[]> seeds = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            for (int rows : new int[] {1, 20}) {
                VectorFiles.write(file, gaussian(arena, rows));
                seeds.add(Files.readAllBytes(file));
            }
        }
        return new Target(ending, file, seeds, damage, arena -> VectorFiles.read(file, arena), Target.BINARY);
    }

    private Target bytes() throws IOException {
        Path file = Files.createDirectories(folder.resolve("bvecs")).resolve("x.bvecs");
        byte[] good = {3, 0, 0, 0, 1, 2, 3, 3, 0, 0, 0, 4, 5, 6, 3, 0, 0, 0, 7, 8, 9};
        return new Target(
                "bvecs", file, List.of(good), new ByteDamage(), arena -> VectorFiles.read(file, arena), Target.BYTES);
    }

    private Target integers() throws IOException {
        Path file = Files.createDirectories(folder.resolve("ivecs")).resolve("x.ivecs");
        VectorFiles.writeIvecs(file, new int[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}});
        return new Target(
                "ivecs",
                file,
                List.of(Files.readAllBytes(file)),
                new ByteDamage(),
                arena -> VectorFiles.readIvecs(file),
                Target.BINARY);
    }

    private Target faiss() throws IOException {
        Path file = Files.createDirectories(folder.resolve("faiss")).resolve("x.faiss");
        List<byte[]> seeds = new ArrayList<>();
        for (int bits : new int[] {4, 5, 8}) {
            Path index = folder.resolve("x.ivfpq");
            built(index, 60, new IvfPqSpec(3, 2, bits, 20, 2, 1));
            try (Arena arena = Arena.ofShared()) {
                FaissWriter.write(IvfPqIndex.open(index, KERNELS, arena), file);
            }
            seeds.add(Files.readAllBytes(file));
        }
        Path out = folder.resolve("imported.ivfpq");
        return new Target(
                "faiss",
                file,
                seeds,
                new ByteDamage(),
                arena -> {
                    FaissReader.readCodes(file, out);
                    search(IvfPqIndex.open(out, KERNELS, arena));
                },
                Target.BINARY);
    }
}

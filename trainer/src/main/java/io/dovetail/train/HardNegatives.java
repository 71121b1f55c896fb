package io.dovetail.train;

import io.dovetail.index.ExcludedIds;
import io.dovetail.index.FlatIndex;
import io.dovetail.index.Index;
import io.dovetail.index.IvfPqBuilder;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.MergedSearcher;
import io.dovetail.index.Progress;
import io.dovetail.index.SearchParams;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.TwoTower;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * For each user the items that the model would recommend wrongly: found by an index of the model's own item vectors, less
 * what the user has had and the very best places. Negatives are drawn from these until the next search.
 *
 * <p>What is found depends on the model alone, at any number of threads. Not thread-safe.
 */
final class HardNegatives {
    /** Up to so many items they are searched one by one, beyond by an IVF-PQ index. */
    private static final int MOST_EXACT = 20_000;

    private static final int USERS_PER_TASK = 64;
    private static final int NOTHING = -1;
    private static final String SECTION = "hard/items";

    private final HardNegativeSpec spec;
    private final FittedEvents events;
    private final int items;

    /** For each user {@code spec.pool()} items, ended by {@link #NOTHING} if there are fewer; null before any search. */
    private int @Nullable [] found;

    /**
     * No hard negatives yet.
     *
     * @param spec how many, how often, how hard
     * @param events what users have had
     * @param items number of items
     * @throws IllegalArgumentException if the pools of all users are too large
     */
    HardNegatives(HardNegativeSpec spec, FittedEvents events, int items) {
        this.spec = spec;
        this.events = events;
        this.items = items;
        long most = Integer.MAX_VALUE / (long) Math.max(1, events.users());
        Settings.require(
                spec.count() == 0 || spec.pool() <= most,
                "hard-pool",
                spec.pool(),
                "at most " + most + " with " + events.users() + " users");
    }

    /** {@return the number of hard negatives of each positive in the next steps} */
    int perPositive() {
        return found == null ? 0 : spec.count();
    }

    /**
     * Draws a negative.
     *
     * @param user whose
     * @param random the step's
     * @return an item; any at all if none was found for the user
     */
    int draw(int user, RandomGenerator random) {
        int[] pools = found;
        if (pools == null) {
            throw new IllegalStateException("hard negatives: none were searched for");
        }
        int from = user * spec.pool();
        int size = 0;
        while (size < spec.pool() && pools[from + size] != NOTHING) {
            size++;
        }
        return size == 0 ? random.nextInt(items) : pools[from + random.nextInt(size)];
    }

    /**
     * Searches anew if it is time.
     *
     * @param engine what to compute on
     * @param model the model as it is
     * @param epochsDone number of epochs it was trained
     */
    void refresh(Engine engine, TwoTower model, int epochsDone) {
        if (spec.count() == 0 || epochsDone == 0 || epochsDone % spec.every() != 0) {
            return;
        }
        try {
            Path file = Files.createTempFile("dovetail-hard", ".ivfpq");
            try (Arena arena = Arena.ofShared()) {
                Embeddings embeddings = Embeddings.of(engine, arena, model);
                Index index = index(engine, arena, embeddings.items(), file);
                found = search(engine.workers(), index, embeddings.users());
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("hard negatives: the index for their search could not be written", e);
        }
    }

    private static Index index(Engine engine, Arena arena, Matrix vectors, Path file) throws IOException {
        long[] ids = LongStream.range(0, vectors.rows()).toArray();
        if (vectors.rows() <= MOST_EXACT) {
            return FlatIndex.of(vectors, ids, "", engine.kernels());
        }
        IvfPqSpec shape = IvfPqSpec.forSize(vectors.rows(), vectors.cols());
        new IvfPqBuilder(shape, engine.workers(), engine.kernels(), Progress.none()).build(vectors, ids, "", file);
        return IvfPqIndex.open(file, engine.kernels(), arena);
    }

    private int[] search(Workers workers, Index index, Matrix vectors) {
        int users = events.users();
        int[] pools = new int[users * spec.pool()];
        Arrays.fill(pools, NOTHING);
        SearchParams usual = index.defaults();
        SearchParams params = usual.withRerank(Math.max(usual.rerank(), 2 * spec.depth()));
        Searcher[] searchers = new Searcher[workers.threads()];
        TopK[] results = new TopK[searchers.length];
        ExcludedIds[] had = new ExcludedIds[searchers.length];
        for (int worker = 0; worker < searchers.length; worker++) {
            searchers[worker] = new MergedSearcher(index.searcher(), index.dimension());
            results[worker] = new TopK(spec.depth());
            had[worker] = new ExcludedIds();
        }
        try {
            workers.run((users + USERS_PER_TASK - 1) / USERS_PER_TASK, (task, worker) -> {
                int end = Math.min(users, (task + 1) * USERS_PER_TASK);
                for (int user = task * USERS_PER_TASK; user < end; user++) {
                    if (events.start(user) < events.start(user + 1)) {
                        had[worker].clear();
                        for (int e = events.start(user); e < events.start(user + 1); e++) {
                            had[worker].add(events.item(e));
                        }
                        searchers[worker].search(
                                vectors.rows(user, 1), spec.depth(), params, had[worker], results[worker]);
                        keep(results[worker], user, pools);
                    }
                }
            });
        } finally {
            for (Searcher searcher : searchers) {
                searcher.close();
            }
        }
        return pools;
    }

    private void keep(TopK result, int user, int[] pools) {
        for (int place = spec.skip(); place < result.size(); place++) {
            pools[user * spec.pool() + place - spec.skip()] = (int) result.id(place);
        }
    }

    /**
     * Writes what was found last, if there was a search.
     *
     * @param writer receives it
     * @throws IOException if writing fails
     */
    void write(SectionFileWriter writer) throws IOException {
        if (found != null) {
            writer.ints(SECTION, found);
        }
    }

    /**
     * Goes on with what {@link #write} wrote.
     *
     * @param file holds it, or not if there was no search
     * @throws CorruptFileException if it does not belong to these users and items
     */
    void read(SectionFile file) throws CorruptFileException {
        found = null;
        if (!file.has(SECTION)) {
            return;
        }
        int[] pools = file.ints(SECTION);
        int expected = events.users() * spec.pool();
        if (spec.count() == 0 || pools.length != expected) {
            throw file.malformed(SECTION, spec.count() == 0 ? "none" : expected + " items", pools.length + " items");
        }
        for (int item : pools) {
            if (item < NOTHING || item >= items) {
                throw file.malformed(SECTION, "items in [0, " + items + ")", Integer.toString(item));
            }
        }
        found = pools;
    }
}

package io.dovetail.recommend;

import io.dovetail.data.Vocabulary;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A trained run and the index of its items, which are replaced together while threads recommend from them.
 *
 * <p>Each thread has a {@link Session}. A question to it is answered by one pair of run and index, whatever is swapped
 * meanwhile, and waits for nobody. The memory of a pair is freed when the last question to it has ended. The protocol is that of
 * hazard pointers (Michael, 2004) with one cell a session: see it, write it down, see whether it is still the same.
 *
 * <p>Thread-safe, but for a session, which is for one thread at a time.
 */
public final class ServedModel implements AutoCloseable {

    private static final int WARM_UPS = 16;
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long NAP_NS = 50_000L;

    /** A run with its index, and what owns the memory of both. */
    private static final class Pair {
        private final Arena arena = Arena.ofShared();
        private final Run run;
        private final IvfPqIndex index;

        Pair(Path folder, Path file, Kernels kernels) throws IOException {
            try {
                run = Run.open(folder, arena);
                index = IvfPqIndex.open(file, kernels, arena);
                new Seat(this, kernels).close(); // refuses an index of another model
            } catch (Throwable thrown) {
                arena.close();
                throw thrown;
            }
        }
    }

    private final Kernels kernels;
    private final ArrayDeque<Pair> replaced = new ArrayDeque<>();
    private volatile @Nullable Pair current;
    private volatile Session[] sessions = new Session[0];

    private ServedModel(Kernels kernels, Pair first) {
        this.kernels = kernels;
        current = first;
    }

    /**
     * Opens a run and its index.
     *
     * @param run folder of the run
     * @param index file of the index, made from the run's model
     * @param kernels how to compute
     * @return the two, ready to be asked
     * @throws IOException if a file is missing or damaged
     * @throws IllegalArgumentException if the index was made from another model
     */
    public static ServedModel open(Path run, Path index, Kernels kernels) throws IOException {
        return new ServedModel(kernels, new Pair(run, index, kernels));
    }

    /** {@return the fingerprint of the model that questions meet now} */
    public String fingerprint() {
        return pair().index.fingerprint();
    }

    private Pair pair() {
        Pair pair = current;
        if (pair == null) {
            throw new IllegalStateException("served model: it is closed; open it again");
        }
        return pair;
    }

    /**
     * A session for a thread; close it when the thread is done.
     *
     * @return the session
     */
    public synchronized Session session() {
        Session session = new Session(pair());
        Session[] more = Arrays.copyOf(sessions, sessions.length + 1);
        more[sessions.length] = session;
        sessions = more;
        return session;
    }

    /**
     * Replaces run and index. Both are opened, checked and warmed up for every session before they are visible; questions go on
     * meanwhile. Returns when the memory of the old ones is freed, or after ten seconds, if a question to them still goes on: then
     * it is freed with a later swap or on closing.
     *
     * @param run folder of the new run
     * @param index file of its index
     * @throws IOException if a file is missing or damaged; all stays as it was
     * @throws IllegalArgumentException if the index was made from another model; all stays as it was
     */
    public synchronized void swap(Path run, Path index) throws IOException {
        Pair before = pair();
        Pair next = new Pair(run, index, kernels);
        List<Seat> seats = new ArrayList<>();
        try {
            for (int i = 0; i < sessions.length; i++) {
                seats.add(new Seat(next, kernels));
                seats.getLast().warmUp();
            }
        } catch (Throwable thrown) {
            seats.forEach(Seat::close);
            next.arena.close();
            throw thrown;
        }
        for (int i = 0; i < sessions.length; i++) {
            Session.close(sessions[i].outworn.getAndSet(null));
            Session.close(sessions[i].prepared.getAndSet(seats.get(i)));
        }
        current = next;
        replaced.add(before);
        awaitFree();
    }

    private void awaitFree() {
        long began = System.nanoTime();
        while (!free() && System.nanoTime() - began < PATIENCE_NS) {
            LockSupport.parkNanos(this, NAP_NS);
        }
    }

    /** Frees what nobody asks. {@return whether all that was replaced is freed} */
    private boolean free() {
        replaced.removeIf(pair -> {
            boolean unasked = Arrays.stream(sessions).noneMatch(session -> session.asked == pair);
            if (unasked) {
                pair.arena.close();
            }
            return unasked;
        });
        return replaced.isEmpty();
    }

    /** Ends the questions to come, waits for those under way, and frees all but the sessions' own memory. Idempotent. */
    @Override
    public synchronized void close() {
        Pair last = current;
        if (last != null) {
            current = null;
            replaced.add(last);
        }
        awaitFree();
    }

    /** A recommender of one pair, with scratch of its own. */
    private static final class Seat {
        private final Pair pair;
        private final Workers alone = Workers.of(1);
        private final Recommender recommender;

        Seat(Pair pair, Kernels kernels) {
            this.pair = pair;
            try {
                recommender = new Recommender(pair.run, pair.index, new Engine(kernels, alone));
            } catch (Throwable thrown) {
                alone.close();
                throw thrown;
            }
        }

        /** Asks for the first users, so that memory is touched before a question needs it. */
        void warmUp() {
            Vocabulary users = pair.run.dataset().users();
            Query query = Query.unseen(pair.index.defaults());
            for (String user : users.ids().subList(0, Math.min(WARM_UPS, users.size()))) {
                recommender.recommend(user, 1, query);
            }
        }

        void close() {
            recommender.close();
            alone.close();
        }
    }

    /** One thread's way to ask. */
    public final class Session implements AutoCloseable {

        /** What a question is being put to; null between questions. */
        private volatile @Nullable Pair asked;

        /** Made before its pair is visible, by whoever swaps. */
        private final AtomicReference<@Nullable Seat> prepared = new AtomicReference<>();

        /** No longer needed; closing it takes a handshake with all threads, which is left to others. */
        private final AtomicReference<@Nullable Seat> outworn = new AtomicReference<>();

        private Seat seat;

        private Session(Pair pair) {
            seat = new Seat(pair, kernels);
        }

        private static void close(@Nullable Seat seat) {
            if (seat != null) {
                seat.close();
            }
        }

        /**
         * Asks a recommender of the newest pair.
         *
         * @param <R> of the answer, which must not be memory of the recommender's
         * @param question is given the recommender, and the query that leaves out what was seen, with the index's defaults
         * @return its answer
         * @throws IllegalStateException if the model is closed
         */
        public <R> R ask(Question<R> question) {
            Pair pair = pin();
            try {
                if (seat.pair != pair) {
                    sitDown(pair);
                }
                return question.ask(seat.recommender, Query.unseen(pair.index.defaults()));
            } finally {
                asked = null;
            }
        }

        /**
         * Asks a recommender of the newest pair for the items of a user that it has not had.
         *
         * @param user external id
         * @param k greatest number of items
         * @return at most k items, best first
         * @see Recommender#recommend(String, int, Query)
         */
        public List<Recommendation> recommend(String user, int k) {
            return ask((recommender, unseen) -> recommender.recommend(user, k, unseen));
        }

        private Pair pin() {
            Pair seen = pair();
            while (true) {
                asked = seen;
                Pair newest = current;
                if (newest == seen) {
                    return seen;
                }
                if (newest == null) {
                    asked = null;
                    return pair(); // throws
                }
                seen = newest;
            }
        }

        /** Takes the seat that was prepared; makes one if this session began while the pair was made ready. */
        private void sitDown(Pair pair) {
            Seat next = prepared.getAndSet(null);
            if (next == null || next.pair != pair) {
                close(next);
                next = new Seat(pair, kernels);
            }
            close(outworn.getAndSet(seat));
            seat = next;
        }

        /** Frees the session's scratch. */
        @Override
        public void close() {
            synchronized (ServedModel.this) {
                sessions =
                        Arrays.stream(sessions).filter(other -> other != this).toArray(Session[]::new);
            }
            close(prepared.getAndSet(null));
            close(outworn.getAndSet(null));
            seat.close();
        }
    }

    /**
     * What is asked of a recommender.
     *
     * @param <R> of the answer
     */
    @FunctionalInterface
    public interface Question<R> {

        /**
         * Asks.
         *
         * @param recommender of one pair of run and index, good for this call alone
         * @param unseen the query that leaves out what was seen, with the index's defaults
         * @return the answer
         */
        R ask(Recommender recommender, Query unseen);
    }
}

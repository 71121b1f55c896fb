package io.dovetail.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads that a caller creates and closes, for splitting kernels.
 *
 * <p>{@link #run} hands out numbered tasks. The caller's thread is worker 0 and works too, so {@code of(1)} starts no
 * thread at all. Which worker takes which task is not fixed; results do not depend on it as long as each task writes
 * its own part of the output and reads nothing that another task of the same run writes.
 *
 * <p><b>Note.</b> One run at a time: calling {@link #run} from two threads, or from inside a task, throws
 * {@link IllegalStateException}. Whoever waits, a worker for work or the caller for the last worker, spins for some
 * microseconds and then parks.
 */
public final class Workers implements AutoCloseable {

    /** A part of a larger piece of work. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one part.
         *
         * @param task number of the part, in {@code [0, tasks)}
         * @param worker number of the worker, in {@code [0, threads)}: owner of {@link Workers#scratch}
         */
        void run(int task, int worker);
    }

    /** A range of rows to work on. */
    @FunctionalInterface
    public interface BlockTask {
        /**
         * Does the rows {@code [from, to)}.
         *
         * @param from first row
         * @param to row after the last
         */
        void run(int from, int to);
    }

    /** Bytes of {@link #scratch} per worker: half of a common L2 cache, twice over. */
    public static final long SCRATCH_BYTES = 2L << 20;

    /** Floats of {@link #floats} per worker. */
    static final int FLOATS = Strips.FLOATS;

    private static final int SPINS = 2_000;

    private enum State {
        IDLE,
        RUNNING,
        CLOSED
    }

    /** What a team owns and its {@link #member members} borrow. */
    private static final class Memory {
        final Arena arena = Arena.ofShared();
    }

    private final Memory memory;
    private final MemorySegment[] scratch;
    private final float[][] floats;
    private final Thread[] threads;
    private final Workers[] members;
    private final AtomicInteger nextTask = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    // Written by the caller that holds State.RUNNING before it advances the generation, read by workers after they saw
    // the new generation. Every worker checks in before a run ends: none can come late and meet the next run's task.
    private @Nullable Task task;
    private int tasks;
    private @Nullable Thread caller;
    private volatile int generation;
    private volatile @Nullable Throwable failure;

    private Workers(int count) {
        memory = new Memory();
        scratch = new MemorySegment[count];
        floats = new float[count][FLOATS];
        for (int i = 0; i < count; i++) {
            scratch[i] = memory.arena.allocate(SCRATCH_BYTES, 64);
        }
        threads = new Thread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] = Thread.ofPlatform()
                    .name("dovetail-worker-" + worker)
                    .daemon(true)
                    .unstarted(() -> serve(worker));
        }
        members = new Workers[count];
        for (int i = 0; i < count; i++) {
            members[i] = new Workers(memory, scratch[i], floats[i]);
        }
    }

    /** One worker of a team as a team of its own, which owns nothing. */
    private Workers(Memory memory, MemorySegment scratch, float[] floats) {
        this.memory = memory;
        this.scratch = new MemorySegment[] {scratch};
        this.floats = new float[][] {floats};
        threads = new Thread[0];
        members = new Workers[] {this};
    }

    /**
     * A team of {@code count} workers, the caller's thread among them.
     *
     * @param count number of workers, {@code >= 1}
     * @return the team; close it to end its threads
     */
    public static Workers of(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("workers: at least 1 thread is needed, got " + count);
        }
        Workers workers = new Workers(count);
        for (Thread thread : workers.threads) {
            thread.start();
        }
        return workers;
    }

    /** {@return the number of workers, the caller's thread included} */
    public int threads() {
        return threads.length + 1;
    }

    /**
     * Whether the caller's thread is the whole team. A kernel then calls its loop directly: a task object, which a team
     * needs, would be the only thing it allocates.
     *
     * @return true if {@link #threads} is 1
     * @throws IllegalStateException if the team is closed or a run is under way
     */
    boolean alone() {
        if (state.get() != State.IDLE) {
            throw notIdle(state.get() == State.CLOSED);
        }
        return threads.length == 0;
    }

    /**
     * The worker that runs a task as a team of its own, for the kernels that the task calls: they run on its thread, with its
     * scratch memory.
     *
     * @param worker the number handed to the task
     * @return a team of one, for the length of the task; closing it does nothing
     */
    public Workers member(int worker) {
        return members[worker];
    }

    /**
     * Private memory of a worker for the length of a task, 64-byte aligned, contents undefined.
     *
     * @param worker the number handed to the task
     * @return {@link #SCRATCH_BYTES} bytes
     */
    public MemorySegment scratch(int worker) {
        return scratch[worker];
    }

    /**
     * Private floats of a worker for the length of a task, contents undefined. Small, for what the innermost loops read one
     * at a time: C2 removes more checks from arrays than from segments.
     *
     * @param worker the number handed to the task
     * @return {@link #FLOATS} floats
     */
    float[] floats(int worker) {
        return floats[worker];
    }

    /**
     * Runs {@code task} for each number in {@code [0, count)} and returns when all have ended.
     *
     * @param count number of tasks
     * @param work what to do; an exception ends the run and is thrown here
     */
    public void run(int count, Task work) {
        State before = state.compareAndExchange(State.IDLE, State.RUNNING);
        if (before != State.IDLE) {
            throw notIdle(before == State.CLOSED);
        }
        try {
            if (threads.length == 0 || count <= 1) {
                for (int i = 0; i < count; i++) {
                    work.run(i, 0);
                }
            } else {
                runOnAll(count, work);
            }
        } finally {
            state.set(State.IDLE);
        }
    }

    private static IllegalStateException notIdle(boolean closed) {
        return new IllegalStateException(closed ? "workers: closed" : "workers: a run is under way; one run at a time");
    }

    private void runOnAll(int count, Task work) {
        task = work;
        tasks = count;
        caller = Thread.currentThread();
        failure = null;
        nextTask.set(0);
        running.set(threads.length);
        int next = generation + 1; // only the caller that holds State.RUNNING writes
        generation = next;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        takeTasks(work, count, 0);
        for (int spins = 0; running.get() != 0; spins++) {
            pause(spins);
        }
        task = null;
        caller = null;
        Throwable thrown = failure;
        failure = null;
        if (thrown != null) {
            rethrow(thrown);
        }
    }

    /**
     * Splits {@code [0, rows)} into blocks of {@code blockRows}, the last one shorter, and runs them.
     *
     * @param rows number of rows
     * @param blockRows rows of a block, a constant of the kernel: the split must not depend on the number of threads
     * @param work what to do with a block
     */
    public void forEachBlock(int rows, int blockRows, BlockTask work) {
        int blocks = (int) (((long) rows + blockRows - 1) / blockRows);
        run(blocks, (block, worker) -> {
            int from = block * blockRows;
            work.run(from, Math.min(rows, from + blockRows));
        });
    }

    /**
     * Ends the threads and frees the scratch memory. Idempotent.
     *
     * @throws IllegalStateException if a run is under way
     */
    @Override
    public void close() {
        if (members[0] == this) {
            return;
        }
        State before = state.compareAndExchange(State.IDLE, State.CLOSED);
        if (before == State.CLOSED) {
            return;
        }
        if (before == State.RUNNING) {
            throw new IllegalStateException("workers: closed during a run");
        }
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        for (Thread thread : threads) {
            joinUninterruptibly(thread);
        }
        memory.arena.close();
    }

    private void serve(int worker) {
        int seen = 0;
        while (true) {
            for (int spins = 0; generation == seen && state.get() != State.CLOSED; spins++) {
                pause(spins);
            }
            if (state.get() == State.CLOSED) {
                return;
            }
            seen = generation;
            Task work = Objects.requireNonNull(task);
            Thread waiting = caller;
            takeTasks(work, tasks, worker);
            if (running.decrementAndGet() == 0) {
                LockSupport.unpark(waiting);
            }
        }
    }

    private void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.park(this);
        }
    }

    private void takeTasks(Task work, int count, int worker) {
        try {
            for (int i = nextTask.getAndIncrement(); i < count; i = nextTask.getAndIncrement()) {
                work.run(i, worker);
            }
        } catch (Throwable thrown) {
            failure = thrown;
            nextTask.set(count);
        }
    }

    private static void rethrow(Throwable thrown) {
        if (thrown instanceof RuntimeException runtime) {
            throw runtime;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(thrown);
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

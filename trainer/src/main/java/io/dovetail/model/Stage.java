package io.dovetail.model;

import io.dovetail.kernels.Workers;
import java.util.List;

/**
 * Parts of a step that may run at the same time, in any order: each writes what no other part reads or writes. One run of
 * the whole stage costs one meeting of the threads, however many kernels its parts call.
 *
 * <p>Put long parts first. A run allocates nothing of its own. Not thread-safe.
 */
public final class Stage {

    /** A part. */
    @FunctionalInterface
    public interface Part {
        /**
         * Does it.
         *
         * @param engine the kernels and the worker that runs the part, as a team of one
         */
        void run(Engine engine);
    }

    private final Workers workers;
    private final int count;
    private final Workers.Task task;

    /**
     * A stage.
     *
     * @param engine splits the parts
     * @param parts what to do; an exception of one ends the run and is thrown by it
     */
    public Stage(Engine engine, List<Part> parts) {
        workers = engine.workers();
        count = parts.size();
        Part[] all = parts.toArray(Part[]::new);
        Engine[] members = new Engine[workers.threads()];
        for (int worker = 0; worker < members.length; worker++) {
            members[worker] = new Engine(engine.kernels(), workers.member(worker));
        }
        task = (part, worker) -> all[part].run(members[worker]);
    }

    /** Runs all parts and returns when they have ended. */
    public void run() {
        workers.run(count, task);
    }
}

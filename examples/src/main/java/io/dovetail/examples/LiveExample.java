package io.dovetail.examples;

import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.live.Durability;
import io.dovetail.index.live.LiveIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;

/** Changes an index while it can be searched. Needs two jars: kernels and index. */
public final class LiveExample {

    private LiveExample() {}

    /**
     * Makes a live index of a built one, adds a vector to it, finds that, and removes it again.
     *
     * @param args path of an index file, and of a directory to make
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] args) throws IOException {
        Durability durability = Durability.interval(Duration.ofSeconds(1));
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1);
                LiveIndex live = LiveIndex.create(Path.of(args[1]), Path.of(args[0]), durability, Kernels.best());
                Searcher searcher = live.searcher()) {
            Matrix vector = Matrix.allocate(arena, 1, live.dimension());
            vector.set(0, 0, 1);
            TopK top = new TopK(3);
            live.upsert(Long.MAX_VALUE, vector); // any id; found from now on
            searcher.search(vector, 3, live.defaults(), top);
            System.out.println("best of " + live.size() + ": " + top.id(0) + " " + top.score(0));
            live.compact(workers); // writes a new file; usually on a thread of its own, from time to time
            live.remove(Long.MAX_VALUE);
            searcher.search(vector, 3, live.defaults(), top);
            System.out.println("best of " + live.size() + ": " + top.id(0) + " " + top.score(0));
        }
    }
}

package io.dovetail.examples;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.recommend.Query;
import io.dovetail.recommend.Recommender;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Loads a trained run with the index of its items and recommends. */
public final class RecommendExample {

    private RecommendExample() {}

    /**
     * Prints ten items that a user has not had.
     *
     * @param args folder of a run that holds {@code items.ivfpq}, and an external user id
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Run run = Run.open(folder, arena);
            IvfPqIndex index = IvfPqIndex.open(folder.resolve("items.ivfpq"), engine.kernels(), arena);
            try (Recommender recommender = new Recommender(run, index, engine)) {
                recommender
                        .recommend(args[1], 10, Query.unseen(index.defaults()))
                        .forEach(System.out::println);
            }
        }
    }
}

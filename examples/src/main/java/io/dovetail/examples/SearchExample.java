package io.dovetail.examples;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Opens an index and searches it. Needs two jars: kernels and index. */
public final class SearchExample {

    private SearchExample() {}

    /**
     * Prints the items nearest to the first coordinate axis.
     *
     * @param args path of an index file
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] args) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            IvfPqIndex index = IvfPqIndex.open(Path.of(args[0]), Kernels.best(), arena);
            Matrix query = Matrix.allocate(arena, 1, index.dimension());
            query.set(0, 0, 1);
            TopK top = new TopK(10);
            // A searcher belongs to one thread at a time and is meant to be kept: its searches allocate nothing.
            try (Searcher searcher = index.searcher()) {
                searcher.search(query, 10, index.defaults(), top);
            }
            for (int place = 0; place < top.size(); place++) {
                System.out.println(top.id(place) + " " + top.score(place));
            }
        }
    }
}

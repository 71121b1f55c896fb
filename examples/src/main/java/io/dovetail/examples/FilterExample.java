package io.dovetail.examples;

import io.dovetail.index.Attribute;
import io.dovetail.index.ExcludedIds;
import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.QuotaSearcher;
import io.dovetail.index.RowSet;
import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Searches part of an index: by an attribute, without what was seen, with quotas, and by a score. Needs two jars. */
public final class FilterExample {

    private FilterExample() {}

    /**
     * Prints what is near to the first coordinate axis, and may be found.
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

            // Made once per index, shared by threads. The price here is made of the id; yours comes from your
            // catalogue.
            Attribute price = Attribute.of(index, id -> (int) Math.floorMod(id, 1_000L));
            RowSet affordable = price.where(cents -> cents < 50);
            RowSet promoted = RowSet.ofIds(index, 5, 7, 11);
            RowSet offered = affordable.or(promoted);

            // Made for each request: what this user has seen.
            IdFilter unseen = offered.narrowedBy(ExcludedIds.of(7, 1_003));
            try (Searcher searcher = index.searcher()) {
                searcher.search(query, 10, index.defaults(), unseen, top);
                print("affordable or promoted, not seen", top);

                TopK near = TopK.growing(100);
                searcher.searchRange(query, 0.5f, index.defaults(), offered, near);
                print("with a score of at least 0.5", near);
            }
            // At most 2 of each of three brands; the brand here is made of the id, too.
            try (Searcher searcher = new QuotaSearcher(index.searcher(), id -> (int) Math.floorMod(id, 3L), 2, 2, 2)) {
                searcher.search(query, 6, index.defaults(), offered, top);
                print("at most 2 of each brand", top);
            }
        }
    }

    private static void print(String title, TopK found) {
        System.out.println(title + ":");
        for (int place = 0; place < found.size(); place++) {
            System.out.println("  " + found.id(place) + " " + found.score(place));
        }
    }
}

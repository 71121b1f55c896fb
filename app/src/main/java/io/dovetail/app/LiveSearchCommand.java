package io.dovetail.app;

import io.dovetail.index.Searcher;
import io.dovetail.index.TopK;
import io.dovetail.index.live.FollowedIndex;
import io.dovetail.index.live.Names;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Searches a live index, whether another process writes to it or not. */
@Command(
        name = "search",
        description = {
            "Finds the vectors of a live index with the greatest inner products, whether another process writes to it"
                    + " or not.",
            "",
            "Prints a line for each vector found: number of the query from 0, place from 1, name (or id, where vectors"
                    + " have no names), score, with tabs between."
        },
        footer = {"", "Example:", "  dovetail index live search live --queries queries.npy --k 10"})
final class LiveSearchCommand extends AppCommand {

    @Parameters(paramLabel = "DIR", description = "The directory of the live index.")
    private Path directory;

    @Option(
            names = "--queries",
            required = true,
            paramLabel = "FILE",
            description = "Queries in a .npy, .fvecs or .bvecs file.")
    private Path queries;

    @Option(names = "--k", paramLabel = "K", description = "Number of neighbours to find (default: ${DEFAULT-VALUE}).")
    private int k = 10;

    LiveSearchCommand(Console console) {
        super(console);
    }

    @Override
    void run() throws IOException {
        try (Arena arena = Arena.ofShared();
                FollowedIndex live = FollowedIndex.open(directory, Kernels.best());
                Searcher searcher = live.searcher()) {
            Matrix vectors = VectorInput.readQueries(queries, live, directory, k, arena);
            TopK top = new TopK(k);
            List<List<Map<String, Object>>> found = new ArrayList<>();
            for (int query = 0; query < vectors.rows(); query++) {
                searcher.search(vectors.rows(query, 1), k, live.defaults(), top);
                found.add(named(top, live.names()));
                print(query, found.getLast());
            }
            result(() -> Map.of("found", found));
        }
    }

    private static List<Map<String, Object>> named(TopK top, Names names) {
        List<Map<String, Object>> found = new ArrayList<>();
        for (int place = 0; place < top.size(); place++) {
            String name = names.size() == 0 ? Long.toString(top.id(place)) : names.name(top.id(place));
            found.add(Map.of("name", name, "score", top.score(place)));
        }
        return found;
    }

    private void print(int query, List<Map<String, Object>> found) {
        for (int place = 0; place < found.size(); place++) {
            Map<String, Object> one = found.get(place);
            people().println(query + "\t" + (place + 1) + "\t" + one.get("name") + "\t" + one.get("score"));
        }
        people().flush();
    }
}

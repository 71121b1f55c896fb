package io.dovetail.index.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.IvfPqSpec;
import io.dovetail.index.Samples;
import io.dovetail.index.SearchParams;
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
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of the flight recorder holds of an index. */
final class RecordingTest {

    @TempDir
    private Path folder;

    private interface Work {
        void run(Arena arena) throws IOException;
    }

    /** The events of this library while something is done, with all its settings as they are but for searches. */
    private List<RecordedEvent> recorded(Duration slow, Work work) throws IOException {
        try (Recording recording = new Recording();
                Arena arena = Arena.ofShared()) {
            if (slow.isPositive()) {
                recording.enable("dovetail.Search").withThreshold(slow);
            }
            recording.start();
            work.run(arena);
            recording.stop();
            Path file = folder.resolve("recording.jfr");
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().startsWith("dovetail."))
                    .toList();
        }
    }

    private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dovetail." + name))
                .toList();
    }

    private void build(Arena arena, Path file, int rows) throws IOException {
        Samples.build(file, Samples.gaussian(arena, rows, 4, 1), new IvfPqSpec(3, 2, 4, 20, 2, 1));
    }

    @Test
    void buildingOpeningCompactingAndSwappingAreRecorded() throws IOException {
        Path first = folder.resolve("first.ivfpq");
        Path second = folder.resolve("second.ivfpq");
        List<RecordedEvent> events = recorded(Duration.ZERO, arena -> {
            build(arena, first, 50);
            build(arena, second, 60);
            try (Workers workers = Workers.of(1);
                    LiveIndex live =
                            LiveIndex.create(folder.resolve("live"), first, Durability.EACH_WRITE, Kernels.best())) {
                live.upsert(new long[] {1, 2}, Samples.gaussian(arena, 2, 4, 2));
                live.compact(workers);
                live.swap(second);
            }
        });
        RecordedEvent build = named(events, "IndexBuild").getFirst();
        assertEquals(first.toString(), build.getString("file"));
        assertEquals(50, build.getInt("vectors"));
        assertEquals(4, build.getInt("dimension"));
        assertEquals(3, build.getInt("lists"));
        assertTrue(build.getDuration().isPositive());
        RecordedEvent open = named(events, "IndexOpen").getFirst();
        assertEquals(folder.resolve("live", "index-1.ivfpq").toString(), open.getString("file"));
        assertEquals(50, open.getInt("vectors"));
        RecordedEvent compaction = named(events, "LiveCompaction").getFirst();
        assertEquals(folder.resolve("live", "index-2.ivfpq").toString(), compaction.getString("file"));
        assertEquals(52, compaction.getInt("vectors"));
        assertEquals(2, compaction.getInt("pending"));
        RecordedEvent swap = named(events, "LiveSwap").getFirst();
        assertEquals(folder.resolve("live", "index-3.ivfpq").toString(), swap.getString("file"));
        assertEquals(60, swap.getInt("vectors"));
    }

    @Test
    void searchesForSeveralQueriesTogetherAreOneEvent() throws IOException {
        Path file = folder.resolve("searched.ivfpq");
        List<RecordedEvent> events = recorded(Duration.ofNanos(1), arena -> {
            build(arena, file, 3 * 256);
            IvfPqIndex index = IvfPqIndex.open(file, Kernels.best(), arena);
            TopK[] found = {new TopK(5), new TopK(5), new TopK(5)};
            try (Searcher searcher = index.searcher()) {
                Matrix queries = Samples.gaussian(arena, 3, 4, 3);
                searcher.searchEach(queries, 5, new SearchParams(3, 6), IdFilter.all(), found);
                searcher.search(queries.rows(0, 1), 5, new SearchParams(3, 6), found[0]);
            }
        });
        List<RecordedEvent> searches = named(events, "Search");
        assertEquals(2, searches.size());
        assertEquals(3, searches.getFirst().getInt("queries"));
        assertEquals(3 * 768, searches.getFirst().getInt("codes"));
        assertEquals(3 * 6, searches.getFirst().getInt("candidates"));
        assertEquals(1, searches.getLast().getInt("queries"));
        assertEquals(768, searches.getLast().getInt("codes"));
    }

    private void search(Arena arena) throws IOException {
        Path file = folder.resolve("searched.ivfpq");
        build(arena, file, 50);
        IvfPqIndex index = IvfPqIndex.open(file, Kernels.best(), arena);
        Matrix query = Samples.gaussian(arena, 1, 4, 3);
        try (Searcher searcher = index.searcher()) {
            searcher.search(query, 5, SearchParams.exhaustive(), new TopK(5));
            searcher.search(query, 4, new SearchParams(1, 6), new TopK(5));
        }
    }

    @Test
    void searchesAboveAThresholdAreRecordedIfAskedFor() throws IOException {
        List<RecordedEvent> searches = named(recorded(Duration.ofNanos(1), this::search), "Search");
        assertEquals(2, searches.size());
        RecordedEvent exhaustive = searches.get(0);
        assertEquals(5, exhaustive.getInt("k"));
        assertEquals(3, exhaustive.getInt("lists"));
        assertEquals(50, exhaustive.getInt("codes"));
        assertEquals(50, exhaustive.getInt("candidates"));
        RecordedEvent quick = searches.get(1);
        assertEquals(1, quick.getInt("nprobe"));
        assertEquals(6, quick.getInt("rerank"));
        assertEquals(1, quick.getInt("lists"));
    }

    @Test
    void searchesAreNotRecordedUnlessAskedForOrSlow() throws IOException {
        assertEquals(List.of(), named(recorded(Duration.ZERO, this::search), "Search"));
        assertEquals(List.of(), named(recorded(Duration.ofHours(1), this::search), "Search"));
    }
}

package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.Searcher;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live index on a disk that is full or fails goes on serving what it has, and is whole when it is opened again. */
final class LiveFailureTest {

    @TempDir
    private Path folder;

    private final LiveModel model = new LiveModel(8, 3);
    private final FaultyChannel.Disk disk = new FaultyChannel.Disk();

    @BeforeEach
    void create() throws IOException {
        Path file = folder.resolve("built.ivfpq");
        model.build(file, 200, "");
        LiveIndex.create(folder.resolve("live"), file, Durability.EACH_WRITE, Kernels.best())
                .close();
    }

    private LiveIndex open() throws IOException {
        return LiveIndex.open(
                folder.resolve("live"), Durability.EACH_WRITE, Kernels.best(), FaultyChannel.storage(disk));
    }

    @Test
    void aManifestThatNamesFilesThatAreNotThereDeletesNone() throws IOException {
        Path directory = folder.resolve("live");
        Manifest good = Manifest.read(directory);
        new Manifest(7, good.usualDistance(), good.drift()).write(directory);
        String message = message(NoSuchFileException.class, this::open);
        assertTrue(
                message.contains(directory.resolve("index-7.ivfpq") + ": there is no such file, but MANIFEST names it")
                        && message.contains("restore the directory from a copy"),
                message);
        good.write(directory);
        open().close();
    }

    @Test
    void onAFullDiskItGoesOnServingAndLaterWriting() throws IOException {
        try (LiveIndex live = open();
                Searcher searcher = live.searcher();
                Workers workers = Workers.of(1)) {
            for (int room = 0; room < 2_000; room += 37) {
                model.upsert(live, 1, 2, 300);
                disk.room = room % 64; // an upsert of one takes 80 bytes
                assertThrows(IOException.class, () -> model.upsert(live, 4));
                assertThrows(IOException.class, () -> live.remove(new long[] {1, 2, 3, 4, 5}));
                model.check(live, searcher);
                disk.room = room; // the new log takes 64, and 1 that is written meanwhile 80 more
                long before = live.sequence();
                try {
                    live.compact(workers);
                    assertTrue(room >= 64);
                } catch (IOException e) {
                    assertTrue(room < 64, e.toString());
                }
                assertEquals(before, live.sequence());
                model.check(live, searcher);
                disk.room = Long.MAX_VALUE;
            }
        }
        try (LiveIndex live = open();
                Searcher searcher = live.searcher()) {
            model.check(live, searcher);
        }
    }

    @Test
    void aFullDiskWhileUpdatesAreCarriedOverLeavesTheOldState() throws IOException {
        Path file = folder.resolve("built.ivfpq");
        try (LiveIndex live = open();
                Searcher searcher = live.searcher();
                Mark mark = live.mark()) {
            model.upsert(live, 1, 2, 300);
            for (int room = 0; room < 240; room += 7) { // header 64, record 40 + 3 * 40
                disk.room = room;
                if (room < 64 + 40 + 120) {
                    assertThrows(IOException.class, () -> live.swap(file, mark));
                } else {
                    live.swap(file, mark);
                }
                model.check(live, searcher);
            }
            disk.room = Long.MAX_VALUE;
        }
        try (LiveIndex live = open();
                Searcher searcher = live.searcher()) {
            model.check(live, searcher);
        }
    }

    @Test
    void whenForcingFailsACompactionMakesItWholeAgain() throws IOException {
        try (LiveIndex live = open();
                Searcher searcher = live.searcher();
                Workers workers = Workers.of(1)) {
            model.upsert(live, 1, 2, 300);
            disk.forces = false;
            assertThrows(IOException.class, () -> model.upsert(live, 4));
            assertThrows(IOException.class, () -> live.compact(workers));
            disk.forces = true;
            assertThrows(IOException.class, () -> model.upsert(live, 4));
            model.check(live, searcher);
            live.compact(workers);
            model.upsert(live, 5);
            model.check(live, searcher);
        }
        try (LiveIndex live = open();
                Searcher searcher = live.searcher()) {
            model.check(live, searcher);
        }
    }

    @Test
    void whatCannotBeCutOffIsNotReadEither() throws IOException {
        LiveIndex live = open();
        model.upsert(live, 1, 2, 300);
        disk.room = 50;
        disk.truncates = false;
        assertThrows(IOException.class, () -> model.upsert(live, 4));
        disk.room = Long.MAX_VALUE;
        disk.truncates = true;
        assertThrows(IOException.class, () -> model.upsert(live, 4));
        assertThrows(IOException.class, live::close);
        try (LiveIndex again = open();
                Searcher searcher = again.searcher()) {
            assertEquals(50, again.recovery().cutBytes());
            model.check(again, searcher);
        }
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        try (LiveIndex live = open()) {
            model.upsert(live, 1);
        }
        for (String name : new String[] {"MANIFEST", "index-1.ivfpq", "log-1.wal"}) {
            Path file = folder.resolve("live").resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            byte[] flipped = bytes.clone();
            flipped[100] ^= 4;
            Files.write(file, flipped);
            String message = message(CorruptFileException.class, this::open);
            assertTrue(message.contains(name), message);
            Files.write(file, bytes);
        }
        try (LiveIndex live = open();
                Searcher searcher = live.searcher()) {
            model.check(live, searcher);
        }
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        Path log = folder.resolve("live").resolve("log-1.wal");
        byte[] bytes = Files.readAllBytes(log);
        Files.delete(log);
        assertTrue(message(IOException.class, this::open).contains("log-1.wal"));
        Files.write(log, bytes);
        open().close();
    }
}

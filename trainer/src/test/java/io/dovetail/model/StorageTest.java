package io.dovetail.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.Holdout;
import io.dovetail.data.TestDatasets;
import io.dovetail.train.Recipes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables in memory and in a file. */
final class StorageTest {
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    @TempDir
    private Path folder;

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void aMappedFileIsZeroAndLargerThanTwoGiB() throws IOException {
        long bytes = (2L << 30) + 4096; // sparse: takes a few pages of the disk
        try (Arena arena = Arena.ofShared()) {
            MemorySegment first = Storage.mappedIn(folder).provide(arena, bytes).allocate(bytes, 64);
            assertEquals(0, first.get(LONG, 0));
            first.set(LONG, bytes - 8, 42);
            assertEquals(42, first.get(LONG, bytes - 8));
        }
        assertEquals(0, files());
    }

    @Test
    void theFileIsGoneAfterAnException() throws IOException {
        assertThrows(IllegalStateException.class, () -> {
            try (Arena arena = Arena.ofShared()) {
                Storage.mappedIn(folder).provide(arena, 4096).allocate(4096, 64).fill((byte) 1);
                throw new IllegalStateException("training stopped");
            }
        });
        assertEquals(0, files());
    }

    @Test
    void aDiskThatIsTooSmallIsRefusedBeforeAnythingIsWritten() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            UncheckedIOException failure = assertThrows(
                    UncheckedIOException.class, () -> Storage.mappedIn(folder).provide(arena, 1L << 60));
            String message = String.valueOf(failure.getMessage());
            assertTrue(
                    message.matches(".*: the tables and their moments need 1,099,511,627,776 MiB, and [0-9,]+ MiB are"
                            + " free; make room, or choose a folder on a larger disk"),
                    message);
            assertTrue(message.contains(folder.toString()), message);
        }
        assertEquals(0, files());
    }

    @Test
    void aFolderThatIsMissingIsRefused() {
        try (Arena arena = Arena.ofShared()) {
            UncheckedIOException failure = assertThrows(
                    UncheckedIOException.class,
                    () -> Storage.mappedIn(folder.resolve("none")).provide(arena, 64));
            assertTrue(failure.getCause() instanceof NotDirectoryException);
        }
    }

    @Test
    void aModelTakesWhatIsForetold() {
        Dataset data = TestDatasets.planted(40, 50, 3, 8, 1);
        for (String name : Recipes.names()) {
            ModelSpec spec = Recipes.named(name).model();
            FittedEvents events = FittedEvents.of(data.interactions(), Holdout.VALID);
            TowerInputs users = TowerInputs.ofUsers(data, spec, Holdout.VALID, events);
            TowerInputs items = TowerInputs.ofItems(data, spec, Holdout.VALID);
            try (Arena arena = Arena.ofShared()) {
                CountingArena counting = new CountingArena(arena);
                TwoTower.allocate(new TrainingMemory(counting), spec, users, items);
                assertEquals(counting.bytes(), TrainingMemory.bytes(spec, users, items));
            }
        }
    }
}

package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VectorFileWriterTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"npy", "fvecs"})
    void partsMakeTheSameFileAsAWhole(String ending) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Matrix x = Samples.gaussian(arena, 37, 5, 1);
            VectorFiles.write(folder.resolve("whole." + ending), x);
            Path parts = folder.resolve("parts." + ending);
            try (VectorFileWriter writer = new VectorFileWriter(parts, 5)) {
                for (int from = 0; from < 37; from += 10) {
                    writer.append(x.rows(from, Math.min(10, 37 - from)));
                }
                assertEquals(37, writer.rows());
                writer.commit();
            }
            assertArrayEquals(Files.readAllBytes(folder.resolve("whole." + ending)), Files.readAllBytes(parts));
            assertTrue(Arrays.deepEquals(
                    x.toArray(), VectorFiles.read(parts, arena).toArray()));
        }
    }

    @Test
    void withoutACommitWhatWasThereStays() throws IOException {
        Path path = folder.resolve("x.npy");
        Files.writeString(path, "before");
        try (Arena arena = Arena.ofConfined();
                VectorFileWriter writer = new VectorFileWriter(path, 5)) {
            writer.append(Samples.gaussian(arena, 3, 5, 1));
            assertThrows(IllegalArgumentException.class, () -> writer.append(Matrix.allocate(arena, 1, 4)));
        }
        assertEquals("before", Files.readString(path));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void theHeaderHasRoomForAnySizes() {
        assertEquals(128, NpyFormat.header(Long.MAX_VALUE, Integer.MAX_VALUE).length);
        assertEquals(128, NpyFormat.header(0, 1).length);
    }
}

package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.kernels.Kernels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes vectors with new names is killed at a random moment, again and again: each that it had been told is
 * written is there under its name. With {@code -Ddovetail.crash.kills=200} the long form.
 */
@DisabledOnOs(OS.WINDOWS)
final class NamedCrashTest {

    @TempDir
    private Path folder;

    @Test
    void losesNoNameThatWasAcknowledgedAndGivesNoneToAnother() throws Exception {
        int kills = Integer.getInteger("dovetail.crash.kills", 8);
        Path directory = folder.resolve("live");
        LiveModel model = new LiveModel(NamedCrashChild.DIMENSION, 2);
        model.build(folder.resolve("built.ivfpq"), 20, "");
        List<String> built = IntStream.range(0, 20).mapToObj(i -> "built-" + i).toList();
        NamedLiveIndex.create(directory, folder.resolve("built.ivfpq"), built, Durability.EACH_WRITE, Kernels.best())
                .close();
        KilledProcess process = new KilledProcess(NamedCrashChild.class, new Random(2));
        int next = 0;
        for (int kill = 0; kill < kills; kill++) {
            int acknowledged = process.run(next, directory.toString(), Integer.toString(next));
            Map<String, float[]> found = read(directory);
            for (int number = 0; number <= Math.max(next - 1, acknowledged); number++) {
                assertTrue(found.containsKey("item-" + number), "kill " + kill + ": item-" + number);
            }
            next = found.size() - built.size() - (found.containsKey("last") ? 1 : 0);
            for (int number = 0; number < next; number++) {
                assertArrayEquals(NamedCrashChild.vector(number), found.get("item-" + number));
            }
            if (next > 0) {
                assertArrayEquals(NamedCrashChild.vector(next - 1), found.get("last"));
            }
            for (int i = 0; i < built.size(); i++) {
                assertArrayEquals(model.vectors().get((long) i), found.get(built.get(i)));
            }
        }
        assertTrue(next > kills, "only " + next + " names were written");
    }

    private static Map<String, float[]> read(Path directory) throws IOException {
        Map<String, float[]> found = new HashMap<>();
        try (NamedLiveIndex live = NamedLiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best());
                Arena arena = Arena.ofShared()) {
            Contents contents = live.contents(arena);
            float[][] vectors = contents.vectors().toArray();
            for (int row = 0; row < vectors.length; row++) {
                found.put(live.names().name(contents.ids()[row]), vectors[row]);
            }
            assertEquals(live.size(), found.size());
        }
        return found;
    }
}

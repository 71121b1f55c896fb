package io.dovetail.index.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.Searcher;
import io.dovetail.kernels.Kernels;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes, compacts and swaps is killed at a random moment, again and again: nothing that it had been told is
 * written may be missing, and nothing may be there in part. With {@code -Ddovetail.crash.kills=200} the long form.
 */
@DisabledOnOs(OS.WINDOWS)
final class LiveCrashTest {

    private static final int DIMENSION = 8;

    @TempDir
    private Path folder;

    private final Random random = new Random(1);
    private final KilledProcess process = new KilledProcess(CrashChild.class, random);

    @Test
    void losesNothingThatWasAcknowledgedAndShowsNothingInPart() throws Exception {
        int kills = Integer.getInteger("dovetail.crash.kills", 8);
        CrashScript script = new CrashScript(1, DIMENSION);
        LiveModel model = new LiveModel(DIMENSION, 2);
        Path file = folder.resolve("built.ivfpq");
        Path directory = folder.resolve("live");
        model.build(file, 300, "model-1");
        LiveIndex.create(directory, file, Durability.EACH_WRITE, Kernels.best()).close();
        long sequence = 0;
        int next = 0;
        int afterWrites = 0;
        for (int kill = 0; kill < kills; kill++) {
            int acknowledged = process.run(
                    next,
                    directory.toString(),
                    "1",
                    Integer.toString(DIMENSION),
                    Integer.toString(next),
                    Integer.toString(random.nextInt(2) * 50));
            afterWrites += acknowledged >= next ? 1 : 0;
            try (LiveIndex live = LiveIndex.open(directory, Durability.EACH_WRITE, Kernels.best());
                    Searcher searcher = live.searcher()) {
                while (next <= acknowledged || sequence < live.sequence()) {
                    sequence += script.write(next++, model.vectors());
                }
                assertEquals(sequence, live.sequence(), "kill " + kill + ": acknowledged up to " + acknowledged);
                model.check(live, searcher);
                model.check(live, searcher);
            }
        }
        assertTrue(afterWrites > kills / 4, "only " + afterWrites + " of the processes had begun to write");
    }
}

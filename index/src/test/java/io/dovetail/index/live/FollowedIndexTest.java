package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.Searcher;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowedIndexTest {

    @TempDir
    private Path folder;

    @Test
    void seesWhatWasWrittenAfterEachRefreshOverCompactionsAndSwaps() throws IOException {
        LiveModel model = new LiveModel(8, 5);
        Path file = folder.resolve("built.ivfpq");
        Path directory = folder.resolve("live");
        model.build(file, 200, "model-1");
        try (LiveIndex live = LiveIndex.create(directory, file, Durability.EACH_WRITE, Kernels.best());
                Workers workers = Workers.of(1)) {
            FollowedIndex followed = FollowedIndex.open(directory, Kernels.best());
            Searcher searcher = followed.searcher();
            for (int step = 0; step < 300; step++) {
                for (int i = model.random().nextInt(6); i > 0; i--) {
                    model.write(live);
                }
                switch (model.random().nextInt(20)) {
                    case 0, 1 -> live.compact(workers);
                    case 2 -> {
                        if (!model.vectors().isEmpty()) {
                            model.build(file, "model-1");
                            live.swap(file);
                        }
                    }
                    default -> {}
                }
                assertEquals(live.sequence(), followed.refresh());
                model.check(followed, searcher);
            }
            assertEquals(live.fingerprint(), followed.fingerprint());
            assertEquals(live.defaults(), followed.defaults());
            assertEquals(live.dimension(), followed.dimension());
            searcher.close();
            followed.close();
            followed.close();
            assertThrows(IllegalStateException.class, followed::refresh);
        }
    }

    @Test
    void saysThatThereIsNoIndex() {
        String message = message(IOException.class, () -> FollowedIndex.open(folder, Kernels.best()));
        assertTrue(message.contains("MANIFEST") && message.contains("LiveIndex.create"), message);
    }
}

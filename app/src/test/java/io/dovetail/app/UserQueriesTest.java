package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dovetail.eval.UserSample;
import io.dovetail.eval.UserVectors;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.train.Run;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserQueriesTest {
    private static final int INTERESTS = 2;

    @TempDir
    private Path folder;

    @Test
    void everyVectorOfAUserIsAQueryAndUsersWithoutEventsAskNothing() throws IOException {
        Path data = Shop.write(folder.resolve("shop"));
        StringBuilder users = new StringBuilder("user\tcountry\nstranger\tNorway\n");
        for (int user = 0; user < Shop.USERS; user++) {
            users.append("u%03d\tNorway\n".formatted(user));
        }
        Files.writeString(data.resolve("users.tsv"), users);
        Path file = folder.resolve("run");
        Object[] training =
                Shop.train(data, file, "--model", "mind", "--set", "augmented=0", "--set", "interests=" + INTERESTS);
        assertEquals(0, dovetail(training).code());
        try (Arena arena = Arena.ofShared();
                Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            Run run = Run.open(file, arena);
            FittedEvents events = FittedEvents.all(run.dataset().interactions());
            UserVectors vectors = UserVectors.of(engine, run.modelWith(events).users());
            assertEquals(Shop.USERS + 1, run.dataset().users().size());
            int[] active = IntStream.rangeClosed(0, Shop.USERS)
                    .filter(user -> !run.dataset().users().id(user).equals("stranger"))
                    .toArray();
            Matrix expected = Matrix.allocate(arena, active.length, vectors.width());
            vectors.copy(active, expected);

            Matrix queries = UserQueries.of(run, UserSample.all(), engine, arena);

            int d = vectors.width() / INTERESTS;
            assertEquals(INTERESTS * active.length, queries.rows());
            assertEquals(
                    INTERESTS * 5,
                    UserQueries.of(run, new UserSample(5, 3), engine, arena).rows());
            for (int k = 0; k < INTERESTS; k++) {
                assertArrayEquals(
                        expected.columns(k * d, d).toArray(),
                        queries.rows(k * active.length, active.length).toArray());
            }
        }
    }
}

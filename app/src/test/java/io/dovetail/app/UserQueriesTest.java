package io.dovetail.app;

import static io.dovetail.app.CommandLineRunner.dovetail;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserQueriesTest {
    private static final int INTERESTS = 2;

    @TempDir
    private Path folder;

    @Test
    void everyInterestOfAUserIsAQueryAndUsersWithoutEventsAskNothing() throws IOException {
        Path data = Shop.write(folder.resolve("shop"));
        StringBuilder users = new StringBuilder("user\tcountry\nstranger\tNorway\n");
        for (int user = 0; user < Shop.USERS; user++) {
            users.append("u%03d\tNorway\n".formatted(user));
        }
        users.append("brief\tNorway\n");
        Files.writeString(data.resolve("users.tsv"), users);
        // Two events: log2 of them is one interest.
        Files.writeString(
                data.resolve("interactions.tsv"), "brief\ti001\t1\nbrief\ti002\t2\n", StandardOpenOption.APPEND);
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
            int known = run.dataset().users().size();
            assertEquals(Shop.USERS + 2, known);
            int[] active = IntStream.range(0, known)
                    .filter(user -> !run.dataset().users().id(user).equals("stranger"))
                    .toArray();
            Matrix expected = Matrix.allocate(arena, active.length, vectors.width());
            vectors.copy(active, expected);

            Matrix queries = UserQueries.of(run, UserSample.all(), engine, arena);

            int d = vectors.width() / INTERESTS;
            int two = active.length;
            assertEquals(INTERESTS * active.length - 1, queries.rows());
            for (int user = 0; user < active.length; user++) {
                Matrix own = expected.rows(user, 1);
                assertArrayEquals(
                        own.columns(0, d).toArray(), queries.rows(user, 1).toArray());
                if (!run.dataset().users().id(active[user]).equals("brief")) {
                    assertArrayEquals(
                            own.columns(d, d).toArray(), queries.rows(two, 1).toArray());
                    two++;
                }
            }
            assertEquals(queries.rows(), two);
            int some = UserQueries.of(run, new UserSample(5, 3), engine, arena).rows();
            assertTrue(some == 2 * 5 || some == 2 * 5 - 1, some + " queries of five users");
        }
    }
}

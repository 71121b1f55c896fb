package io.dovetail.app;

import io.dovetail.eval.UserSample;
import io.dovetail.eval.UserVectors;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Tower;
import io.dovetail.train.Run;
import java.lang.foreign.Arena;
import java.util.stream.IntStream;

/** What the users of a run ask its index. */
final class UserQueries {

    private UserQueries() {}

    /**
     * The vectors of some users, by all of their events, as 'recommend' asks with them. Users without an event are not
     * among them: a model knows their features at most, and that of least squares has the vector 0 for them.
     *
     * @param run the run
     * @param sample which users
     * @param engine what to compute on
     * @param arena owner of the vectors
     * @return (users, d), or (K users, d) if users have K vectors
     */
    static Matrix of(Run run, UserSample sample, Engine engine, Arena arena) {
        FittedEvents events = FittedEvents.all(run.dataset().interactions());
        int[] users = sample.draw(IntStream.range(0, run.dataset().users().size())
                .filter(user -> events.start(user + 1) > events.start(user))
                .toArray());
        Tower tower = run.modelWith(events).users();
        UserVectors vectors = UserVectors.of(engine, tower);
        Matrix sideBySide = Matrix.allocate(arena, users.length, vectors.width());
        vectors.copy(users, sideBySide);
        int dimension = tower.dimension();
        Matrix queries = Matrix.allocate(arena, vectors.width() / dimension * users.length, dimension);
        for (int k = 0; k * dimension < vectors.width(); k++) {
            queries.rows(k * users.length, users.length).copyFrom(sideBySide.columns(k * dimension, dimension));
        }
        return queries;
    }
}

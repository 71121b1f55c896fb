package io.dovetail.app;

import io.dovetail.eval.UserSample;
import io.dovetail.eval.UserVectors;
import io.dovetail.kernels.Matrix;
import io.dovetail.model.Engine;
import io.dovetail.model.FittedEvents;
import io.dovetail.model.Tower;
import io.dovetail.train.Run;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What the users of a run ask its index. */
final class UserQueries {

    private UserQueries() {}

    /**
     * The vectors of some users, by all of their events, as 'recommend' asks with them. Users without an event are not
     * among them: a model knows their features at most, and that of least squares has the vector 0 for them. Nor does a user
     * of fewer than K interests ask twice with the vector that stands for those that are missing.
     *
     * @param run the run
     * @param sample which users
     * @param engine what to compute on
     * @param arena owner of the vectors
     * @return (users, d), or up to (K users, d) if users have up to K vectors
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
        int size = 0;
        for (int column = 0; column < vectors.width(); column += dimension) {
            for (int user = 0; user < users.length; user++) {
                Matrix vector = sideBySide.rows(user, 1).columns(column, dimension);
                if (column == 0
                        || !Arrays.equals(
                                vector.toArray()[0], queries.rows(user, 1).toArray()[0])) {
                    queries.rows(size, 1).copyFrom(vector);
                    size++;
                }
            }
        }
        return queries.rows(0, size);
    }
}

package io.dovetail.index.live;

import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** An id gets another vector while a reader looks: every view holds the id once, with the old vector or with the new one. */
@JCStressTest
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "The old vector, alone.")
@Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "The new vector, alone.")
@State
public class ReplacedVector {

    private static final long ID = 99;
    private static final Matrix OLD = vector(1);
    private static final Matrix NEW = vector(2);

    private final Segment segment = new Segment(Fixture.shared(), 1);
    private final Readers readers;
    private final Reader reader;

    public ReplacedVector() {
        segment.reserve(2);
        segment.put(new long[] {ID}, OLD);
        readers = new Readers(segment.view(1));
        reader = readers.register();
    }

    private static Matrix vector(float number) {
        Matrix vector = Matrix.allocate(Arena.global(), 1, 2);
        vector.set(0, 0, number);
        return vector;
    }

    @Actor
    public void read(II_Result result) {
        View seen = readers.pin(reader);
        for (int row = 0; row < seen.count(); row++) {
            if (seen.rows().ids()[row] == ID && seen.liveRow(row)) {
                result.r1++;
                result.r2 += (int) seen.rows().vectors().get(row, 0);
            }
        }
        readers.unpin(reader);
    }

    @Actor
    public void write() {
        segment.put(new long[] {ID}, NEW);
        readers.publish(segment.view(2));
    }

    @Arbiter
    public void free() {
        readers.publish(Fixture.idle());
        segment.close();
    }
}

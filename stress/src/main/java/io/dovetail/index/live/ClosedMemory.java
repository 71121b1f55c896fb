package io.dovetail.index.live;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** All is closed while a reader reads: it reads what is whole, or is told that it came too late. */
@JCStressTest
@Outcome(id = "1, true", expect = Expect.ACCEPTABLE, desc = "It read what was whole.")
@Outcome(id = "-1, true", expect = Expect.ACCEPTABLE, desc = "It came too late and was told so.")
@Outcome(id = "0, .*", expect = Expect.FORBIDDEN, desc = "It read what was freed.")
@State
public class ClosedMemory {

    private final Memory memory = Memory.of(new Memory.Place());
    private final Published.Cell cell = new Published.Cell();
    private final Published<Memory, Published.Cell> published = new Published<>(memory);

    public ClosedMemory() {
        published.add(cell);
    }

    @Actor
    public void read(IZ_Result result) {
        Memory seen;
        try {
            seen = published.pin(cell);
        } catch (IllegalStateException closed) {
            result.r1 = -1;
            return;
        }
        result.r1 = seen.isWhole() ? 1 : 0;
        published.unpin(cell);
    }

    @Actor
    public void close() {
        published.close();
    }

    @Arbiter
    public void freed(IZ_Result result) {
        result.r2 = memory.isFreed();
    }
}

package io.dovetail.index.live;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Memory is replaced by other memory of the same file, and this by that of another, while a reader reads: what it has pinned is
 * not freed under it, and all that was replaced is freed afterwards.
 */
@JCStressTest
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "It read what was whole, and all is freed.")
@Outcome(id = "false, .*", expect = Expect.FORBIDDEN, desc = "It read what was freed.")
@Outcome(id = ".*, false", expect = Expect.FORBIDDEN, desc = "Something is never freed.")
@State
public class ReplacedMemory {

    private final Memory.Place file = new Memory.Place();
    private final Memory first = Memory.of(file);
    private final Memory second = Memory.of(file);
    private final Memory third = Memory.of(new Memory.Place());
    private final Published.Cell cell = new Published.Cell();
    private final Published<Memory, Published.Cell> published = new Published<>(first);

    public ReplacedMemory() {
        published.add(cell);
    }

    @Actor
    public void read(ZZ_Result result) {
        Memory seen = published.pin(cell);
        result.r1 = seen.isWhole();
        published.unpin(cell);
    }

    @Actor
    public void replace() {
        published.publish(second);
        published.publish(third);
    }

    @Arbiter
    public void free(ZZ_Result result) {
        result.r2 = published.free() && first.isFreed() && second.isFreed() && third.isWhole();
    }
}

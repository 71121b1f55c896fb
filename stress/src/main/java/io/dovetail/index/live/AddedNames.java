package io.dovetail.index.live;

import java.nio.charset.StandardCharsets;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two names are added at once while a reader looks one up: both are there or none is, and an id that is found has its name. */
@JCStressTest
@Outcome(id = "0, -1", expect = Expect.ACCEPTABLE, desc = "None is there.")
@Outcome(id = "[02], 1", expect = Expect.ACCEPTABLE, desc = "The second one is found, with its name.")
@Outcome(id = "2, -1", expect = Expect.FORBIDDEN, desc = "There are two names, and the second one is not found.")
@State
public class AddedNames {

    private static final byte[] BOTH = utf8("one\0two\0");

    private final Names names = new Names();

    public AddedNames() {
        names.reserve(2, BOTH.length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Actor
    public void add() {
        names.add(BOTH);
    }

    @Actor
    public void find(II_Result result) {
        result.r1 = names.size();
        long id = names.id("two");
        result.r2 = id == Names.NONE ? -1 : names.name(id).equals("two") ? (int) id : -2;
    }
}

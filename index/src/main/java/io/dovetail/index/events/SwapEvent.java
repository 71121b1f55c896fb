package io.dovetail.index.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** Another file took the place of that of a live index. */
@Name("dovetail.LiveSwap")
@Label("Live Index Swap")
@Category("Dovetail")
@Description("Another file took the place of that of a live index.")
public final class SwapEvent extends Event {

    /** The new file. */
    @Label("File")
    public String file = "";

    /** Number of vectors in the new file. */
    @Label("Vectors")
    public int vectors;

    /** No event yet. */
    public SwapEvent() {}
}

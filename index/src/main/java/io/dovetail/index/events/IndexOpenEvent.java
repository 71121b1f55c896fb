package io.dovetail.index.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** An index file was opened and its checksums verified. */
@Name("dovetail.IndexOpen")
@Label("Index Open")
@Category("Dovetail")
@Description("An index file was opened and its checksums verified.")
public final class IndexOpenEvent extends Event {

    /** The file. */
    @Label("File")
    public String file = "";

    /** Number of vectors. */
    @Label("Vectors")
    public int vectors;

    /** Length of a vector. */
    @Label("Dimension")
    public int dimension;

    /** Number of lists. */
    @Label("Lists")
    public int lists;

    /** No event yet. */
    public IndexOpenEvent() {}
}

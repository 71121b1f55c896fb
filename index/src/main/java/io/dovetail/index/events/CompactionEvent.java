package io.dovetail.index.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A live index was written into a new file. */
@Name("dovetail.LiveCompaction")
@Label("Live Index Compaction")
@Category("Dovetail")
@Description("A live index was written into a new file.")
public final class CompactionEvent extends Event {

    /** The new file. */
    @Label("File")
    public String file = "";

    /** Number of vectors in the new file. */
    @Label("Vectors")
    public int vectors;

    /** Rows that were written or had died since the last compaction. */
    @Label("Pending Rows")
    public int pending;

    /** No event yet. */
    public CompactionEvent() {}
}

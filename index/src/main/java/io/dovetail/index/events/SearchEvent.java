package io.dovetail.index.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/**
 * A search, or one for several queries together, took longer than a threshold. Off unless a recording asks for it. A searcher keeps one and uses it again and again,
 * so that it allocates nothing, on or off.
 */
@Name("dovetail.Search")
@Label("Slow Search")
@Category("Dovetail")
@Description("A search took longer than the threshold.")
@Enabled(false)
@Threshold("10 ms")
@StackTrace(false)
public final class SearchEvent extends Event {

    /** Number of queries that were searched for together; what was scanned and scored is that of all. */
    @Label("Queries")
    public int queries;

    /** Number of vectors to find. */
    @Label("k")
    public int k;

    /** Greatest number of lists to scan. */
    @Label("nprobe")
    public int nprobe;

    /** Number of candidates to score again. */
    @Label("rerank")
    public int rerank;

    /** Number of lists that were scanned. */
    @Label("Lists")
    public int lists;

    /** Number of codes that were scanned. */
    @Label("Codes")
    public int codes;

    /** Number of vectors whose exact score was computed. */
    @Label("Candidates")
    public int candidates;

    /** No event yet. */
    public SearchEvent() {}
}

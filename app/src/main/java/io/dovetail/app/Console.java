package io.dovetail.app;

import java.io.PrintWriter;

/**
 * Where the commands talk to.
 *
 * @param out receives results
 * @param err receives progress, warnings and errors
 * @param terminal whether a person looks at {@code err}: progress may be drawn over itself
 */
record Console(PrintWriter out, PrintWriter err, boolean terminal) {}

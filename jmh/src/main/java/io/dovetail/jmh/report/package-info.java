/**
 * Turns what JMH measured into pages: {@code java -cp benchmarks.jar io.dovetail.jmh.report.Report RESULTS.json --out DIR}.
 *
 * <p>{@link io.dovetail.jmh.report.JmhFile} and {@link io.dovetail.jmh.report.DuelFile} read, {@link
 * io.dovetail.jmh.report.Machine} knows the limits of the machine from its own benchmarks, {@link
 * io.dovetail.jmh.report.KernelTable} words the figures, and {@link io.dovetail.jmh.report.ResultsPage} and {@link
 * io.dovetail.jmh.report.MarkdownTables} write them down. What a benchmark does not tell is left out.
 *
 * <p>A benchmark tells its work by auxiliary counters of operations: {@code megaflops}, floating point operations;
 * {@code megabytes}, bytes read and written; {@code megabytesWritten}, those of them that were written. {@code giga...}
 * will do as well.
 */
@NullMarked
package io.dovetail.jmh.report;

import org.jspecify.annotations.NullMarked;

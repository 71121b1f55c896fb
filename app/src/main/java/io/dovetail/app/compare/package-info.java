/**
 * Comparisons: data sets by models by seeds, each trained, tuned on request, and judged in the same way.
 *
 * <p>{@link io.dovetail.app.compare.Plan} says what is compared, {@link io.dovetail.app.compare.Comparison} does it and keeps
 * each finished training in a file, so that it may be stopped at any moment; {@link io.dovetail.app.report.ComparisonData} is
 * what comes of it.
 */
@NullMarked
package io.dovetail.app.compare;

import org.jspecify.annotations.NullMarked;

/**
 * Reports, of a demo and of a training: one HTML file each that needs nothing else, with charts drawn as SVG.
 *
 * <p>{@link io.dovetail.app.report.ReportData} is what there is to tell of a demo, {@link
 * io.dovetail.app.report.ReportPage} tells it; {@link io.dovetail.app.report.RunData} and {@link
 * io.dovetail.app.report.RunPage} are those of a training. All text goes through {@link io.dovetail.app.page.Markup}, which
 * escapes it.
 */
@NullMarked
package io.dovetail.app.report;

import org.jspecify.annotations.NullMarked;

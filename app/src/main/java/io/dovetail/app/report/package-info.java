/**
 * The report of a demo: one HTML file that needs nothing else, with charts drawn as SVG.
 *
 * <p>{@link io.dovetail.app.report.ReportData} is what there is to tell; {@link io.dovetail.app.report.ReportPage} tells
 * it. All text goes through {@link io.dovetail.app.page.Markup}, which escapes it.
 */
@NullMarked
package io.dovetail.app.report;

import org.jspecify.annotations.NullMarked;

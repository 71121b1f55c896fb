/**
 * What the pages of the house have in common: markup, style, axes. The demo's report and that of the benchmarks are made
 * of it. A page is one file, light or dark as the reader's system is, with no scripts and nothing from a network.
 */
@NullMarked
package io.dovetail.app.page;

import org.jspecify.annotations.NullMarked;

/** Finds the cheapest search parameters that reach a recall. */
@NullMarked
package io.dovetail.index.tune;

import org.jspecify.annotations.NullMarked;

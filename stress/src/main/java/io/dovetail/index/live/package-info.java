/** Races of what a live index publishes without a lock. They are in its package, since it exports none of that. */
@NullMarked
package io.dovetail.index.live;

import org.jspecify.annotations.NullMarked;

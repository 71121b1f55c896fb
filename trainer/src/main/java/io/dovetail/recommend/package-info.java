/**
 * Serving: from a user to items, through a trained run and an index of its items.
 */
@NullMarked
package io.dovetail.recommend;

import org.jspecify.annotations.NullMarked;

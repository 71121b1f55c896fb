/**
 * Full-ranking evaluation: the last item of each user is ranked among all items.
 *
 * <p>The user's own earlier items are left out of the ranking, the target never is, and an item with the target's score
 * counts as ranked above it: a model that gives every item the same score gets nothing.
 */
@NullMarked
package io.dovetail.eval;

import org.jspecify.annotations.NullMarked;

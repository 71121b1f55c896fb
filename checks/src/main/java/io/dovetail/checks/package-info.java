/** Rules that the code must keep, as tests. Nothing here is part of the product. */
@NullMarked
package io.dovetail.checks;

import org.jspecify.annotations.NullMarked;

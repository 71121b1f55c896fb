/** Inner-product search over vectors: exact, and IVF-PQ. */
@NullMarked
package io.dovetail.index;

import org.jspecify.annotations.NullMarked;

/** Data sets that are made up: {@link io.dovetail.synthetic.Synthesizer}. */
@NullMarked
package io.dovetail.synthetic;

import org.jspecify.annotations.NullMarked;

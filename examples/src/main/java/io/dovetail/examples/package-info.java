/** Small programs that embed the library. */
@NullMarked
package io.dovetail.examples;

import org.jspecify.annotations.NullMarked;

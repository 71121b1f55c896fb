/** The command line: the only package that prints, exits, or reads arguments. */
@NullMarked
package io.dovetail.app;

import org.jspecify.annotations.NullMarked;

/** How long work tells what it does, without knowing where it is shown. */
@NullMarked
package io.dovetail.app.progress;

import org.jspecify.annotations.NullMarked;

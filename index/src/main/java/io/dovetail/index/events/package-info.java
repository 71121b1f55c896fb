/**
 * Events of JDK Flight Recorder. {@code docs/watching.md} lists them; their names and fields stay. Not exported: they are for
 * recordings.
 */
@NullMarked
package io.dovetail.index.events;

import org.jspecify.annotations.NullMarked;

/**
 * Readers that a data set may need and the trainer does without: {@link io.dovetail.formats.Parquet} and
 * {@link io.dovetail.formats.Zstd}. Nobody names them: {@link java.util.ServiceLoader} finds them.
 */
@NullMarked
package io.dovetail.formats;

import org.jspecify.annotations.NullMarked;

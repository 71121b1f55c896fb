/**
 * The container that every Dovetail file uses: named, checksummed sections that are mapped, not parsed.
 *
 * <p>{@link io.dovetail.index.file.SectionFile} documents the format and reads it;
 * {@link io.dovetail.index.file.SectionFileWriter} writes it.
 */
@NullMarked
package io.dovetail.index.file;

import org.jspecify.annotations.NullMarked;

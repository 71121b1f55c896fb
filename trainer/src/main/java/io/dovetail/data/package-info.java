/**
 * Data sets: who took what and when, and what is known of the users and the items.
 *
 * <p>A {@link io.dovetail.data.Dataset} is immutable and may be shared among threads. Users and items are dense rows,
 * counted from 0; a {@link io.dovetail.data.Vocabulary} leads from the ids of the files to rows and back.
 * {@link io.dovetail.data.Interactions} has the events of each user in time order, each marked as training, validation
 * or test. A {@link io.dovetail.data.Feature} turns one column of the users' or the items' file into rows of an
 * embedding table, with row 0 for what is missing or was never seen; a {@link io.dovetail.data.DenseFeature} keeps numbers
 * and vectors as they are.
 *
 * <p>{@link io.dovetail.data.DatasetReader} reads a folder of files as a {@link io.dovetail.data.DatasetSpec}
 * declares it, of the kinds that {@link io.dovetail.data.InputFiles} knows or finds as a {@link
 * io.dovetail.data.TableFormat} or a {@link io.dovetail.data.Decompression}; {@link io.dovetail.data.DatasetFile} keeps a
 * whole data set in one binary file. What is wrong with a file is told by a {@link io.dovetail.data.DataException} that
 * names file, line, column, value and remedy.
 */
@NullMarked
package io.dovetail.data;

import org.jspecify.annotations.NullMarked;

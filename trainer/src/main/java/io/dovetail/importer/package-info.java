/**
 * Public data sets as folders that {@link io.dovetail.data.DatasetReader} reads: {@link io.dovetail.importer.MovieLens} and
 * {@link io.dovetail.importer.AmazonReviews}.
 */
@NullMarked
package io.dovetail.importer;

import org.jspecify.annotations.NullMarked;

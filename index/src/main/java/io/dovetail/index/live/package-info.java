/**
 * An index in a directory that is changed while it is searched: {@link io.dovetail.index.live.LiveIndex} writes it,
 * {@link io.dovetail.index.live.FollowedIndex} reads along in another process.
 *
 * <p>A snapshot is an immutable {@code View} of a file, of the vectors written since, and of the moment when each vector was
 * replaced or removed. Who writes publishes a new view by one reference; who searches reads that reference once. Writes are
 * in the log before they are published. {@code docs/live.md} is the contract.
 */
@NullMarked
package io.dovetail.index.live;

import org.jspecify.annotations.NullMarked;

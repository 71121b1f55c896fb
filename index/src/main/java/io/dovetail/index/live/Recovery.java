package io.dovetail.index.live;

/**
 * What opening found in the log.
 *
 * @param records number of whole records
 * @param cutBytes bytes of an incomplete record at the end that were cut off; 0 if there was none
 */
public record Recovery(long records, long cutBytes) {}

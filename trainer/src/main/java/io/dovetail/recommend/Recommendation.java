package io.dovetail.recommend;

/**
 * A recommended item.
 *
 * @param id external id of the item
 * @param name what people call it; the id if the data has no names
 * @param category name of its category
 * @param score inner product of the two towers' outputs, in [-1, 1]
 */
public record Recommendation(String id, String name, String category, float score) {}

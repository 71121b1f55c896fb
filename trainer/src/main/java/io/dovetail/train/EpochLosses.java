package io.dovetail.train;

/**
 * Mean losses over the steps of an epoch, not weighted by lambda.
 *
 * @param objective the main loss
 * @param mimicUser the user mimic loss
 * @param mimicItem the item mimic loss
 * @param alignment the category alignment loss
 */
public record EpochLosses(double objective, double mimicUser, double mimicItem, double alignment) {}

package io.dovetail.model;

import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Workers;

/**
 * What numeric work runs on.
 *
 * @param kernels the kernels
 * @param workers the threads; owned by whoever made them
 */
public record Engine(Kernels kernels, Workers workers) {}

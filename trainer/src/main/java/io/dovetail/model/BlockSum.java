package io.dovetail.model;

import io.dovetail.kernels.LayerKernels;

/** What a tower without layers makes of its input: the sum of the blocks, which are of one width. */
final class BlockSum {

    private BlockSum() {}

    static void forward(Engine engine, TowerViews views) {
        LayerKernels layers = engine.kernels().layers();
        views.sum.copyFrom(views.blocks[0]);
        for (int block = 1; block < views.blocks.length; block++) {
            layers.axpy(engine.workers(), 1, views.blocks[block], views.sum);
        }
    }

    static void backward(TowerViews views) {
        for (int block = 0; block < views.dBlocks.length; block++) {
            views.dBlocks[block].copyFrom(views.dSum);
        }
    }
}

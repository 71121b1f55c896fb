package io.dovetail.index.live;

import io.dovetail.index.Index;
import io.dovetail.index.SearchParams;
import io.dovetail.kernels.Kernels;

/** An index whose searches see the newest view, whoever it is that publishes it. */
abstract class ViewedIndex implements Index {

    final Readers readers;
    final Kernels kernels;

    ViewedIndex(Readers readers, Kernels kernels) {
        this.readers = readers;
        this.kernels = kernels;
    }

    @Override
    public final int size() {
        return readers.view().size();
    }

    @Override
    public final int dimension() {
        return readers.view().generation().index().dimension();
    }

    @Override
    public final String fingerprint() {
        return readers.view().generation().index().fingerprint();
    }

    @Override
    public final SearchParams defaults() {
        return readers.view().generation().index().defaults();
    }

    @Override
    public final LiveSearcher searcher() {
        return new LiveSearcher(readers, kernels);
    }
}

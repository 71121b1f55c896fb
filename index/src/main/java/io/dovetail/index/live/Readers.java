package io.dovetail.index.live;

import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.TopK;
import io.dovetail.index.live.Reader.Probe;
import io.dovetail.kernels.Matrix;
import java.lang.foreign.Arena;

/**
 * Who reads the views of a live index. They pin rows, which lead to a generation: the memory of both lives as long. Readers are
 * handed a searcher of a generation before they see it.
 */
final class Readers extends Published<View, Reader> {

    private static final int WARM_UPS = 4;

    /** Begins with a view. */
    Readers(View first) {
        super(first);
    }

    Reader register() {
        Reader reader = new Reader();
        add(reader);
        return reader;
    }

    synchronized void deregister(Reader reader) {
        remove(reader);
        Reader.close(reader.prepared);
        Reader.close(reader.outworn);
    }

    /** Makes a searcher of a generation for each reader, and searches with it. */
    synchronized void prepare(Generation generation) {
        IvfPqIndex index = generation.index();
        TopK top = new TopK(1);
        try (Arena arena = Arena.ofConfined()) {
            Matrix query = Matrix.allocate(arena, 1, index.dimension());
            for (Reader reader : cells()) {
                Probe probe = Probe.of(generation);
                for (int i = 0; i < WARM_UPS; i++) {
                    int row = (int) ((long) i * index.size() / WARM_UPS);
                    index.vectors().copyRow(row, query, 0);
                    probe.searcher().search(query, 1, index.defaults(), top);
                }
                Reader.close(reader.outworn);
                Reader.replace(reader.prepared, probe);
            }
        }
    }
}

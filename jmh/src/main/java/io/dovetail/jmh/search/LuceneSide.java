package io.dovetail.jmh.search;

import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene's graph over float vectors, in one segment that is mapped, with the parameters that it has by default; searched
 * without a query and its collectors. Documents are in the order of the vectors, so that their numbers are the ids.
 */
final class LuceneSide extends CalledSide {
    private static final String FIELD = "vector";
    private static final int BUFFER_MEGABYTES = 1900;

    private final int[] beams;
    private final float[][] queries;
    private final Path folder;
    private final MMapDirectory directory;
    private final DirectoryReader reader;
    private final LeafReader segment;
    private final AcceptDocs all;
    private final double buildSeconds;
    private final long bytes;

    /**
     * Builds.
     *
     * @param vectors of length 1, to index
     * @param asked of length 1
     * @param k number of neighbours
     */
    LuceneSide(Matrix vectors, Matrix asked, int k) throws IOException {
        beams = Beams.of(k);
        queries = IntStream.range(0, asked.rows())
                .mapToObj(query -> asked.rows(query, 1).toArray()[0])
                .toArray(float[][]::new);
        folder = Files.createTempDirectory("search-duel");
        directory = new MMapDirectory(folder);
        long begin = System.nanoTime();
        IndexWriterConfig config = new IndexWriterConfig()
                .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                .setUseCompoundFile(false)
                .setCodec(new Lucene104Codec() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return new Lucene99HnswVectorsFormat();
                    }
                });
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int row = 0; row < vectors.rows(); row++) {
                Document document = new Document();
                document.add(new KnnFloatVectorField(
                        FIELD, vectors.rows(row, 1).toArray()[0], VectorSimilarityFunction.DOT_PRODUCT));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
        buildSeconds = (System.nanoTime() - begin) * 1e-9;
        long sum = 0;
        for (String file : directory.listAll()) {
            sum += directory.fileLength(file);
        }
        bytes = sum;
        reader = DirectoryReader.open(directory);
        segment = reader.leaves().getFirst().reader();
        all = AcceptDocs.fromLiveDocs(null, segment.maxDoc());
    }

    @Override
    public String name() {
        return "Lucene HNSW";
    }

    @Override
    public List<String> efforts() {
        return Beams.efforts("ef", beams);
    }

    @Override
    void search(int query, int effort, long[] found) throws IOException {
        TopKnnCollector collector = new TopKnnCollector(beams[effort], Integer.MAX_VALUE);
        segment.searchNearestVectors(FIELD, queries[query], collector, all);
        ScoreDoc[] documents = collector.topDocs().scoreDocs;
        for (int place = 0; place < found.length; place++) {
            found[place] = place < documents.length ? documents[place].doc : -1;
        }
    }

    @Override
    public double buildSeconds() {
        return buildSeconds;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        for (String file : directory.listAll()) {
            directory.deleteFile(file);
        }
        directory.close();
        Files.delete(folder);
    }
}

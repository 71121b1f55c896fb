/** Data sets, two-tower models, training, evaluation and recommendation. */
@SuppressWarnings("requires-automatic") // Agrona's collections stay out of every public signature
module io.dovetail.trainer {
    requires transitive io.dovetail.index;
    requires com.fasterxml.jackson.core;
    requires de.siegmar.fastcsv;
    requires org.agrona;
    requires static org.jspecify;

    exports io.dovetail.data;
    exports io.dovetail.eval;
    exports io.dovetail.importer;
    exports io.dovetail.model;
    exports io.dovetail.recommend;
    exports io.dovetail.synthetic;
    exports io.dovetail.train;

    uses io.dovetail.data.Decompression;
    uses io.dovetail.data.TableFormat;
}

/** Data sets, two-tower models, training, evaluation and recommendation. */
@SuppressWarnings("requires-automatic")
module io.dovetail.trainer {
    requires transitive io.dovetail.index;
    requires org.agrona;
    requires de.siegmar.fastcsv;
    requires static org.jspecify;

    exports io.dovetail.data;
}

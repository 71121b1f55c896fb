package io.dovetail.model;

import io.dovetail.data.DenseFeature;
import io.dovetail.data.Feature;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.SparseMatrix;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** The kinds of input block. */
final class Sources {

    private Sources() {}

    /** An embedding per id; row 0 serves ids that are unknown, dropped out, or without an event to learn from. */
    record Id(String name, int entities, BitSet seen) implements Source {
        @Override
        public int tableRows() {
            return entities + 1;
        }

        @Override
        public boolean isOfItems() {
            return name.equals(TowerInputs.ITEM_ID);
        }

        @Override
        public void append(TowerRows rows, int row, SparseMatrix out) {
            int identity = rows.identity(row);
            out.addRow(identity != TowerRows.UNKNOWN && seen.get(identity) ? identity + 1 : 0, 1);
        }

        @Override
        public void append(NewEntity entity, SparseMatrix out) {
            out.addRow(0, 1);
        }
    }

    /**
     * The augmented vector of an id. The first rows belong to groups (the items' categories; all users form one): an id
     * that is unknown, dropped out or never seen takes its group's row, which {@link TwoTower#averageGroups} keeps at the
     * mean of the group. An entity of no known group takes the mean of all groups.
     */
    record Augmented(String name, int entities, int groups, IntUnaryOperator groupOf, BitSet seen) implements Source {
        @Override
        public int tableRows() {
            return groups + entities;
        }

        @Override
        public void append(TowerRows rows, int row, SparseMatrix out) {
            int identity = rows.identity(row);
            boolean known = identity != TowerRows.UNKNOWN && seen.get(identity);
            out.addRow(known ? groups + identity : groupOf.applyAsInt(rows.entity(row)), 1);
        }

        @Override
        public void append(NewEntity entity, SparseMatrix out) {
            if (groups == 1 || entity.category() != NewEntity.UNKNOWN) {
                out.addRow(groups == 1 ? 0 : entity.category(), 1);
                return;
            }
            for (int group = 0; group < groups; group++) {
                out.add(group, 1f / groups);
            }
            out.endRow();
        }
    }

    /**
     * A column of the data set; of several values the weighted mean of the embeddings is taken. Row 0 is the unknown value.
     * The table has a name of its own: that of the column may be of any length and in any script, or equal another table's.
     */
    record Column(String name, Feature feature) implements Source {
        @Override
        public int tableRows() {
            return feature.cardinality();
        }

        @Override
        public boolean isSingleValued() {
            return feature.kind() != Feature.Kind.MULTI_VALUED;
        }

        @Override
        public void append(TowerRows rows, int row, SparseMatrix out) {
            int entity = rows.entity(row);
            for (int e = feature.start(entity); e < feature.start(entity + 1); e++) {
                out.add(feature.value(e), feature.weight(entity, e));
            }
            out.endRow();
        }

        @Override
        public void append(NewEntity entity, SparseMatrix out) {
            feature.encode(entity.features().getOrDefault(feature.name(), ""), out::add);
            out.endRow();
        }
    }

    /**
     * A number or a vector of the data set, times a learned matrix: the table has a row for each of its components, and an
     * entity looks all of them up with its components as weights, be they 0.
     */
    record Dense(String name, DenseFeature feature) implements Source {
        @Override
        public int tableRows() {
            return feature.dimension();
        }

        @Override
        public void append(TowerRows rows, int row, SparseMatrix out) {
            append(feature.values(), rows.entity(row), out);
        }

        @Override
        public void append(NewEntity entity, SparseMatrix out) {
            try (Arena arena = Arena.ofConfined()) {
                Matrix values = Matrix.allocate(arena, 1, feature.dimension());
                feature.encode(entity.features().getOrDefault(feature.name(), ""), values, 0);
                append(values, 0, out);
            }
        }

        private static void append(Matrix values, int row, SparseMatrix out) {
            for (int j = 0; j < values.cols(); j++) {
                out.add(j, values.get(row, j));
            }
            out.endRow();
        }
    }

    /**
     * The mean of the embeddings of items of the user's history. Row 0 stands for an empty history, the others for the items
     * in order, as in the table of their ids.
     *
     * <p>When an event is to be predicted, these are the {@code length} events nearest to it in the user's sequence,
     * before and after, itself left out: training must not see in its input what it has to predict. Otherwise they are the
     * latest events.
     */
    record History(String name, String table, FittedEvents events, int items, int length) implements Source {
        @Override
        public int tableRows() {
            return items + 1;
        }

        @Override
        public boolean isOfItems() {
            return true;
        }

        @Override
        public void append(TowerRows rows, int row, SparseMatrix out) {
            int user = rows.entity(row);
            int target = rows.target(row);
            int begin = events.start(user);
            int end = events.start(user + 1);
            boolean predicts = target != TowerRows.NOTHING;
            int reach = predicts ? length + 1 : length;
            int latest = Math.max(begin, end - reach);
            int from = predicts ? Math.max(begin, Math.min(target - length / 2, latest)) : latest;
            int to = Math.min(end, from + reach);
            int count = count(user, target);
            for (int e = from; e < to; e++) {
                if (e != target) {
                    out.add(events.item(e) + 1, 1f / count);
                }
            }
            endPooledRow(count == 0, out);
        }

        /** {@return the number of items of a user that are looked up when an event, or nothing, is to be predicted} */
        int count(int user, int target) {
            int others = events.start(user + 1) - events.start(user) - (target == TowerRows.NOTHING ? 0 : 1);
            return Math.min(length, others);
        }

        int count(NewEntity entity) {
            return Math.min(length, entity.history().size());
        }

        @Override
        public void append(NewEntity entity, SparseMatrix out) {
            List<Integer> history = entity.history();
            List<Integer> latest = history.subList(history.size() - count(entity), history.size());
            for (int item : latest) {
                out.add(item + 1, 1f / latest.size());
            }
            endPooledRow(latest.isEmpty(), out);
        }
    }

    /**
     * The items that are routed to a user's interests: each interest looks all of them up, with weights that
     * {@link InterestRouting} puts in place of the mean's.
     */
    record Interests(History history, InterestSpec spec) implements Source {
        @Override
        public String name() {
            return history.name();
        }

        @Override
        public String table() {
            return history.table();
        }

        @Override
        public int tableRows() {
            return history.tableRows();
        }

        @Override
        public boolean isOfItems() {
            return true;
        }

        @Override
        public void append(TowerRows rows, int row, SparseMatrix out) {
            history.append(rows, row, out);
        }

        @Override
        public void append(NewEntity entity, SparseMatrix out) {
            history.append(entity, out);
        }

        /** {@return the number of interests of a user when an event, or nothing, is to be predicted} */
        int count(int user, int target) {
            return spec.interests(history.count(user, target));
        }

        int count(NewEntity entity) {
            return spec.interests(history.count(entity));
        }
    }

    private static void endPooledRow(boolean empty, SparseMatrix out) {
        if (empty) {
            out.add(0, 1);
        }
        out.endRow();
    }
}

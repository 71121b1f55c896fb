package io.dovetail.index;

import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.RowPanels;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of an {@link IvfPqIndex} a search may find, prepared: a bit per row, and how many members each list has. As a
 * filter it finds what a filter by id would, but the search knows how few there are and where: it leaves out lists without a
 * member, scans the more lists the fewer vectors of a list are members, and scores members alone where that is less work.
 *
 * <p>It takes size / 8 bytes and 4 bytes per list; a set of few members also holds their rows, and one by {@link #withVectors}
 * their vectors. Making one asks of each row once. Immutable; threads may share it. It reads no memory of the index once it
 * is made.
 *
 * <p>In another index than its own it is the filter by id that it was made of: right, but no longer prepared.
 */
public final class RowSet implements IdFilter {

    /** Members are also held as rows if they are fewer than one in so many: that takes no more memory than the bits. */
    private static final int SPARSE = 32;

    private final IvfPqIndex index;
    private final IdFilter byId;
    private final long[] bits;
    private final int[] membersBefore;
    private final int lists;

    /** Of each panel of centroids, a bit for each list that has no member. */
    private final short[] emptyLists;

    /** The members ascending, if they are few or were copied; else empty. */
    private final int[] rows;

    /** The vectors of rows, in {@link RowPanels}, if they were copied. */
    private final @Nullable Matrix panels;

    private final Optional<RowSet> itself = Optional.of(this); // a search asks for it, and must not allocate

    private RowSet(IvfPqIndex index, IdFilter byId, IntPredicate isMember) {
        this.index = index;
        this.byId = byId;
        bits = new long[(index.size() + Long.SIZE - 1) / Long.SIZE];
        membersBefore = new int[index.nlist() + 1];
        int nonEmpty = 0;
        for (int list = 0; list < index.nlist(); list++) {
            int count = 0;
            for (int row = index.listStart(list); row < index.listEnd(list); row++) {
                if (isMember.test(row)) {
                    bits[row / Long.SIZE] |= 1L << row;
                    count++;
                }
            }
            membersBefore[list + 1] = membersBefore[list] + count;
            nonEmpty += count > 0 ? 1 : 0;
        }
        lists = nonEmpty;
        emptyLists = emptyLists();
        rows = (long) size() * SPARSE <= index.size() ? members() : new int[0];
        panels = null;
    }

    private RowSet(RowSet set, Arena arena) {
        index = set.index;
        byId = set.byId;
        bits = set.bits;
        membersBefore = set.membersBefore;
        lists = set.lists;
        emptyLists = set.emptyLists;
        rows = set.members();
        panels = Matrix.allocate(
                arena, Math.multiplyExact(RowPanels.count(rows.length), index.dimension()), RowPanels.PANEL);
        try (Arena scratch = Arena.ofConfined()) {
            Matrix some = Matrix.allocate(scratch, RowPanels.PANEL, index.dimension());
            for (int from = 0; from < rows.length; from += RowPanels.PANEL) {
                int count = Math.min(RowPanels.PANEL, rows.length - from);
                for (int i = 0; i < count; i++) {
                    index.vectors().copyRow(rows[from + i], some, i);
                }
                RowPanels.pack(some, 0, count, panels, from / RowPanels.PANEL);
            }
        }
    }

    private short[] emptyLists() {
        CoarsePanels centroids = index.panels();
        short[] empty = new short[centroids.panels()];
        for (int place = 0; place < empty.length * RowPanels.PANEL; place++) {
            if (count(centroids.listAt(place)) == 0) {
                empty[place / RowPanels.PANEL] |= (short) (1 << place % RowPanels.PANEL);
            }
        }
        return empty;
    }

    private int[] members() {
        int[] members = new int[size()];
        copyMembers(0, index.size(), members, 0);
        return members;
    }

    /**
     * The rows that a filter accepts.
     *
     * @param index the index that will be searched
     * @param filter asked once for each row; must go on giving the same answers by id, as long as the set is in use
     * @return the set
     */
    public static RowSet of(IvfPqIndex index, IdFilter filter) {
        return new RowSet(index, filter, row -> filter.acceptsRow(index, row));
    }

    /**
     * The rows of some ids.
     *
     * @param index the index that will be searched
     * @param ids the ids; those that are not in the index do not matter, see {@link #size}
     * @return the set
     */
    public static RowSet ofIds(IvfPqIndex index, long... ids) {
        return of(index, AllowedIds.of(ids));
    }

    /**
     * What is in both sets.
     *
     * @param other a set of the same index
     * @return their intersection
     * @throws IllegalArgumentException if it is of another index
     */
    public RowSet and(RowSet other) {
        check(other);
        return new RowSet(
                index, id -> byId.accepts(id) && other.byId.accepts(id), row -> contains(row) && other.contains(row));
    }

    /**
     * What is in one of the sets, or in both.
     *
     * @param other a set of the same index
     * @return their union
     * @throws IllegalArgumentException if it is of another index
     */
    public RowSet or(RowSet other) {
        check(other);
        return new RowSet(
                index, id -> byId.accepts(id) || other.byId.accepts(id), row -> contains(row) || other.contains(row));
    }

    /** {@return what is not in the set} */
    public RowSet not() {
        return new RowSet(index, id -> !byId.accepts(id), row -> !contains(row));
    }

    /**
     * Members that another filter accepts as well, such as what a user has not seen: quickly made, and almost as quick to
     * search as the set, as long as the other filter refuses few members.
     *
     * @param also the other filter
     * @return the filter that both are; it asks the other of members alone
     */
    public IdFilter narrowedBy(IdFilter also) {
        return new Narrowed(this, also);
    }

    /**
     * The same set with a copy of its members' vectors: worth its memory for a set that many queries use, of up to some
     * hundredths of the index. Searches that score all members then read vectors that lie one after another
     * rather than all over the index, and so score all members of larger sets. Sets that are made of it by {@link #and},
     * {@link #or} and {@link #not} have no copy; filters by {@link #narrowedBy} use it.
     *
     * @param arena owner of the copy of 4 d bytes a member, which must outlive all searches by the set
     * @return the set
     */
    public RowSet withVectors(Arena arena) {
        return new RowSet(this, arena);
    }

    /** {@return the number of members} */
    public int size() {
        return membersBefore[membersBefore.length - 1];
    }

    /** {@return the share of the index's vectors that are members, in [0, 1]} */
    public double selectivity() {
        return (double) size() / index.size();
    }

    /** {@return the index that it is prepared for} */
    public IvfPqIndex index() {
        return index;
    }

    /**
     * Whether a row is a member.
     *
     * @param row in [0, size of the index)
     * @return true if it is
     */
    public boolean contains(int row) {
        return (bits[row / Long.SIZE] >>> row & 1) != 0;
    }

    @Override
    public boolean accepts(long id) {
        return byId.accepts(id);
    }

    @Override
    public boolean acceptsRow(IvfPqIndex searched, int row) {
        return searched == index ? contains(row) : byId.acceptsRow(searched, row);
    }

    @Override
    public Optional<RowSet> prepared(IvfPqIndex searched) {
        return searched == index ? itself : Optional.empty();
    }

    /** Number of lists with a member. */
    int lists() {
        return lists;
    }

    /** Number of members in a list. */
    int count(int list) {
        return membersBefore[list + 1] - membersBefore[list];
    }

    /**
     * Copies the members among some rows, ascending.
     *
     * @param from first row
     * @param to end of the rows
     * @param out receives the members; must have room for them
     * @param at where in out to begin
     * @return where in out the members end
     */
    int copyMembers(int from, int to, int[] out, int at) {
        int end = at;
        for (int word = from / Long.SIZE; word * Long.SIZE < to; word++) {
            int first = word * Long.SIZE;
            long rest = bits[word];
            rest &= first < from ? -1L << from : -1L;
            rest &= to - first < Long.SIZE ? ~(-1L << to) : -1L;
            for (; rest != 0; rest &= rest - 1) {
                out[end++] = first + Long.numberOfTrailingZeros(rest);
            }
        }
        return end;
    }

    /** The rows of all members, ascending, if they are few or were copied; else empty. */
    int[] rows() {
        return rows;
    }

    /** The vectors of {@link #rows} in panels; null if they were not copied. */
    @Nullable
    Matrix panels() {
        return panels;
    }

    /** Of a panel of centroids, a bit for each list that has no member, the first the lowest. */
    int emptyLists(int panel) {
        return emptyLists[panel] & 0xFFFF;
    }

    private void check(RowSet other) {
        if (other.index != index) {
            throw new IllegalArgumentException("row sets: one is of an index of " + index.size()
                    + " vectors, the other of another of " + other.index.size()
                    + "; make both of the index that is searched");
        }
    }

    private record Narrowed(RowSet set, IdFilter also) implements IdFilter {

        @Override
        public boolean accepts(long id) {
            return set.accepts(id) && also.accepts(id);
        }

        @Override
        public boolean acceptsRow(IvfPqIndex searched, int row) {
            return set.acceptsRow(searched, row) && also.acceptsRow(searched, row);
        }

        @Override
        public Optional<RowSet> prepared(IvfPqIndex searched) {
            return set.prepared(searched);
        }
    }
}

package io.dovetail.index.live;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The names of a live index: distinct strings, each with an id that it keeps for good, whether there is a vector of it or
 * not. Ids count from 0 in the order in which names came.
 *
 * <p>Any thread may ask at any time, without a lock: it sees the names of all writes that had returned. A name takes its bytes
 * in UTF-8 and 16 to 28 more.
 */
public final class Names {

    /** The answer of {@link #id} for a name that is not here. */
    public static final long NONE = -1;

    /** Greatest length of a name in bytes of UTF-8. */
    public static final int MOST_BYTES = 4096;

    /** Greatest number of names: a table of the greatest size is then half full. */
    static final int MOST = 1 << 29;

    private static final int PAGE_BITS = 18; // small enough that no collector treats pages as something apart
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int LENGTH_BITS = 16;

    /**
     * What those who ask see. The arrays are those that are added to: places behind the size do not count, nor do slots
     * with names behind it, which were free when all names before it were put where they are.
     */
    private static final class View {
        /** The names' bytes; a name is in one page. */
        final byte[][] pages;
        /** Of each name page, byte of the page, and length, in one number. */
        final long[] places;
        /** Hash table with linear probing: id + 1, or 0. */
        final int[] slots;

        final int size;

        View(byte[][] pages, long[] places, int[] slots, int size) {
            this.pages = pages;
            this.places = places;
            this.slots = slots;
            this.size = size;
        }

        String name(int id) {
            long at = places[id] >>> LENGTH_BITS;
            return new String(
                    pages[(int) (at >>> PAGE_BITS)], (int) at & (PAGE - 1), length(id), StandardCharsets.UTF_8);
        }

        private int length(int id) {
            return (int) places[id] & ((1 << LENGTH_BITS) - 1);
        }

        /** The place of a name in the table, or the free one where it would be. */
        int slot(byte[] bytes, int from, int to) {
            int slot = hash(bytes, from, to) & (slots.length - 1);
            while (slots[slot] > 0 && slots[slot] <= size && !isName(slots[slot] - 1, bytes, from, to)) {
                slot = (slot + 1) & (slots.length - 1);
            }
            return slot;
        }

        private boolean isName(int id, byte[] bytes, int from, int to) {
            long at = places[id] >>> LENGTH_BITS;
            int start = (int) at & (PAGE - 1);
            return Arrays.equals(pages[(int) (at >>> PAGE_BITS)], start, start + length(id), bytes, from, to);
        }

        /** The same with a table of so many slots. */
        View rehashed(int count) {
            View wider = new View(pages, places, new int[count], size);
            for (int id = 0; id < size; id++) {
                long at = places[id] >>> LENGTH_BITS;
                int start = (int) at & (PAGE - 1);
                int slot = hash(pages[(int) (at >>> PAGE_BITS)], start, start + length(id)) & (count - 1);
                while (wider.slots[slot] > 0) {
                    slot = (slot + 1) & (count - 1);
                }
                wider.slots[slot] = id + 1;
            }
            return wider;
        }

        private static int hash(byte[] bytes, int from, int to) {
            int hash = 1;
            for (int i = from; i < to; i++) {
                hash = 31 * hash + bytes[i];
            }
            hash *= 0x9E3779B9; // spreads names that differ in their last digits alone over all bits
            return hash ^ (hash >>> 15);
        }
    }

    private volatile View view = new View(new byte[0][], new long[16], new int[32], 0);
    private long end; // position behind the last name

    Names() {}

    /** {@return the number of names; ids are in [0, size)} */
    public int size() {
        return view.size;
    }

    /**
     * The name of an id.
     *
     * @param id in [0, {@link #size})
     * @return the name
     * @throws IndexOutOfBoundsException if there is no such id
     */
    public String name(long id) {
        View now = view;
        if (id < 0 || id >= now.size) {
            throw new IndexOutOfBoundsException("names: id " + id + " is not in [0, " + now.size + ")");
        }
        return now.name((int) id);
    }

    /**
     * The id of a name.
     *
     * @param name any string
     * @return its id, or {@link #NONE}
     */
    public long id(String name) {
        byte[] utf8;
        try {
            utf8 = utf8(name);
        } catch (CharacterCodingException e) {
            return NONE; // half a character is in no name
        }
        View now = view;
        int id = now.slots[now.slot(utf8, 0, utf8.length)] - 1;
        return id < now.size ? id : NONE;
    }

    /**
     * The bytes of a name that may come to be here.
     *
     * @throws IllegalArgumentException if there can be no such name
     */
    static byte[] checked(String name) {
        byte[] utf8;
        try {
            utf8 = utf8(name);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("names: '" + shown(name) + "' holds half of a surrogate pair", e);
        }
        if (utf8.length == 0) {
            throw new IllegalArgumentException("names: a name is empty; give it at least one character");
        }
        if (utf8.length > MOST_BYTES) {
            throw new IllegalArgumentException("names: '" + shown(name) + "' takes " + utf8.length
                    + " bytes, more than " + MOST_BYTES + "; shorten it");
        }
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "names: '" + shown(name.replace('\0', ' ')) + "' holds a character of code 0; leave it out");
        }
        return utf8;
    }

    private static String shown(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "..." : name;
    }

    private static byte[] utf8(String name) throws CharacterCodingException {
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
        byte[] utf8 = new byte[encoded.remaining()];
        encoded.get(utf8);
        return utf8;
    }

    /** Makes room, so that adding so many names of so many bytes, a zero behind each, needs no memory but a little. */
    void reserve(int count, int bytes) {
        View now = view;
        if (count > MOST - now.size) {
            throw new IllegalStateException("names: " + MOST + " are the most there can be");
        }
        int wanted = now.size + count;
        // A page that is left for the next one has fewer than MOST_BYTES free.
        long most = (end + bytes + (bytes / (PAGE - MOST_BYTES) + 1L) * MOST_BYTES + PAGE - 1) >>> PAGE_BITS;
        byte[][] pages = most <= now.pages.length ? now.pages : Arrays.copyOf(now.pages, (int) most);
        for (int page = now.pages.length; page < pages.length; page++) {
            pages[page] = new byte[PAGE];
        }
        long[] places = wanted <= now.places.length
                ? now.places
                : Arrays.copyOf(now.places, (int) Math.max(wanted, Math.min(MOST, 3L * now.places.length / 2)));
        int slots = now.slots.length;
        while (slots < 2 * wanted) {
            slots *= 2;
        }
        View wider = new View(pages, places, now.slots, now.size);
        view = slots == now.slots.length ? wider : wider.rehashed(slots);
    }

    /**
     * Adds new names, and shows them all at once. One thread at a time.
     *
     * @param names in UTF-8, with a zero behind each
     * @throws IllegalArgumentException if they are not such, or one is here already; says what is wrong, and nothing
     *     may be added any more
     */
    void add(byte[] names) {
        int count = 0;
        for (byte one : names) {
            count += one == 0 ? 1 : 0;
        }
        if (count == 0 || names[names.length - 1] != 0) {
            throw new IllegalArgumentException("a name without an end");
        }
        reserve(count, names.length);
        View next = view;
        int from = 0;
        for (int to = 0; to < names.length; to++) {
            if (names[to] == 0) {
                next = with(next, names, from, to);
                from = to + 1;
            }
        }
        view = next;
    }

    private View with(View now, byte[] names, int from, int to) {
        if (from == to || to - from > MOST_BYTES) {
            throw new IllegalArgumentException("a name of " + (to - from) + " bytes");
        }
        int slot = now.slot(names, from, to);
        if (now.slots[slot] > 0) {
            throw new IllegalArgumentException("name " + (now.slots[slot] - 1) + " twice");
        }
        if ((end & (PAGE - 1)) + to - from > PAGE) {
            end = (end + PAGE - 1) & -PAGE;
        }
        System.arraycopy(names, from, now.pages[(int) (end >>> PAGE_BITS)], (int) end & (PAGE - 1), to - from);
        now.places[now.size] = end << LENGTH_BITS | (to - from);
        end += to - from;
        now.slots[slot] = now.size + 1;
        return new View(now.pages, now.places, now.slots, now.size + 1);
    }
}

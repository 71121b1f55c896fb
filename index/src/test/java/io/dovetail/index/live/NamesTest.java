package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class NamesTest {

    private static byte[] bytes(Iterable<String> names) {
        return (String.join("\0", names) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static Names of(String... names) {
        Names all = new Names();
        all.add(bytes(List.of(names)));
        return all;
    }

    @Test
    void aNameKeepsItsIdHoweverManyFollow() {
        Random random = new Random(1);
        Map<String, Integer> expected = new HashMap<>();
        List<String> inOrder = new ArrayList<>();
        Names names = new Names();
        while (inOrder.size() < 30_000) { // some pages, and many tables
            List<String> more = new ArrayList<>();
            for (int i = random.nextInt(500); i >= 0; i--) {
                int length = random.nextInt(50) == 0 ? random.nextInt(Names.MOST_BYTES - 12) : random.nextInt(20);
                String name = inOrder.size() + "é".repeat(length / 2) + random.nextInt(1_000);
                if (expected.putIfAbsent(name, inOrder.size()) == null) {
                    more.add(name);
                    inOrder.add(name);
                }
            }
            names.add(bytes(more));
            assertEquals(inOrder.size(), names.size());
        }
        for (int id = 0; id < inOrder.size(); id++) {
            assertEquals(inOrder.get(id), names.name(id));
            assertEquals(id, names.id(inOrder.get(id)));
            assertEquals(Names.NONE, names.id(inOrder.get(id) + "x"));
        }
    }

    @Test
    void whatIsNotThereHasNoId() {
        Names names = of("a", "b?", "ü");
        assertEquals(2, names.id("ü"));
        assertEquals(Names.NONE, names.id(""));
        assertEquals(Names.NONE, names.id("b\ud800")); // which String.getBytes would make "b?" of
        assertEquals(Names.NONE, new Names().id("a"));
        for (long id : new long[] {-1, 3, 1L << 32}) {
            String message = message(IndexOutOfBoundsException.class, () -> names.name(id));
            assertTrue(message.contains("id " + id + " is not in [0, 3)"), message);
        }
    }

    @Test
    void saysWhyANameIsNone() {
        assertTrue(
                message(IllegalArgumentException.class, () -> Names.checked("")).contains("empty"));
        assertTrue(message(IllegalArgumentException.class, () -> Names.checked("a\0b"))
                .contains("'a b' holds a character of code 0"));
        assertTrue(message(IllegalArgumentException.class, () -> Names.checked("a\udc00"))
                .contains("half of a surrogate pair"));
        String longest = "x".repeat(Names.MOST_BYTES);
        assertEquals(Names.MOST_BYTES, Names.checked(longest).length);
        assertTrue(message(IllegalArgumentException.class, () -> Names.checked(longest + "x"))
                .contains("...' takes 4097 bytes, more than 4096; shorten it"));
    }

    @Test
    void refusesBytesThatAreNoNames() {
        String tooLong = "x".repeat(Names.MOST_BYTES + 1);
        for (String bytes : new String[] {"", "a", "a\0b", "\0", "a\0\0", "a\0a\0", "old\0", tooLong + "\0"}) {
            Names names = of("old");
            assertThrows(IllegalArgumentException.class, () -> names.add(bytes.getBytes(StandardCharsets.UTF_8)));
            assertEquals(1, names.size());
            assertEquals("old", names.name(0));
            assertEquals(Names.NONE, names.id("a"));
        }
    }

    @Test
    void aThreadThatAsksWhileNamesComeSeesEachBatchWhole() throws InterruptedException {
        Names names = new Names();
        AtomicBoolean done = new AtomicBoolean();
        List<Throwable> failures = new ArrayList<>();
        Thread asks = new Thread(() -> {
            while (!done.get()) {
                int size = names.size();
                assertEquals(0, size % 10);
                for (int id = Math.max(0, size - 20); id < size; id++) {
                    assertEquals("item-" + id, names.name(id));
                    assertEquals(id, names.id("item-" + id));
                }
                long next = names.id("item-" + size);
                assertTrue(next == Names.NONE || next == size);
            }
        });
        asks.setUncaughtExceptionHandler((thread, thrown) -> failures.add(thrown));
        asks.start();
        for (int first = 0; first < 100_000; first += 10) {
            List<String> more = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                more.add("item-" + (first + i));
            }
            names.add(bytes(more));
        }
        done.set(true);
        asks.join();
        assertEquals(List.of(), failures);
    }
}

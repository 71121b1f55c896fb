package io.dovetail.index.live;

import static io.dovetail.index.live.Messages.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a log of names after it was cut, damaged, or written to a disk that fails. Each byte is tried. */
final class NameLogTest {

    private static final List<String> ALL = List.of("sku-1", "ü", "third", "4");

    @TempDir
    private Path folder;

    /** Where the records begin: of two names, one, one, and of the end. */
    private final List<Integer> starts = new ArrayList<>();

    private Path file() {
        return folder.resolve("NAMES");
    }

    private byte[] write() throws IOException {
        Files.deleteIfExists(file());
        starts.clear();
        try (NameWriter writer = NameWriter.create(file(), LogStorage.files())) {
            for (List<String> names : List.of(ALL.subList(0, 2), ALL.subList(1, 3), ALL)) {
                starts.add((int) Files.size(file()));
                writer.add(names);
            }
            starts.add((int) Files.size(file()));
            writer.end();
        }
        return Files.readAllBytes(file());
    }

    private List<String> read() throws IOException {
        try (NameReader reader = new NameReader(file())) {
            List<String> names = new ArrayList<>();
            for (int id = 0; id < reader.names().size(); id++) {
                names.add(reader.names().name(id));
            }
            return names;
        }
    }

    /** What is read of the file; the log is then gone on with, by one name. */
    private List<String> readAndResume() throws IOException {
        List<String> read = read();
        try (NameReader reader = new NameReader(file());
                NameWriter writer = NameWriter.resume(reader, LogStorage.files())) {
            writer.add(List.of("new"));
            assertEquals(read.size(), writer.names().id("new"));
        }
        List<String> more = new ArrayList<>(read);
        more.add("new");
        assertEquals(more, read());
        return read;
    }

    /** The names of the records before a byte. */
    private List<String> before(int at) {
        int records = 0;
        while (records < 3 && starts.get(records + 1) <= at) {
            records++;
        }
        return ALL.subList(0, records == 0 ? 0 : records + 1);
    }

    @Test
    void givesBackWhatWasWritten() throws IOException {
        write();
        assertEquals(ALL, readAndResume());
    }

    @Test
    void cutAnywhereItGivesBackTheWholeRecordsBefore() throws IOException {
        byte[] good = write();
        for (int length = 0; length < good.length; length++) {
            Files.write(file(), Arrays.copyOf(good, length));
            if (length < LogFormat.FILE_HEADER) {
                assertThrows(CorruptFileException.class, this::read);
            } else {
                assertEquals(before(length), readAndResume(), "cut to " + length);
            }
        }
    }

    @Test
    void aFlippedBitBeforeTheEndIsDamageAtAPlace() throws IOException {
        byte[] good = write();
        for (int at = 0; at < starts.getLast(); at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file(), flipped);
            String message = message(CorruptFileException.class, this::readAndResume);
            assertTrue(message.startsWith(file() + ": ") && message.contains("restore the directory"), message);
        }
    }

    @Test
    void hostileSizesAskForNoMemory() throws IOException {
        byte[] good = write();
        for (int count : new int[] {-1, 0, 7, 1 << 20, Integer.MAX_VALUE}) {
            byte[] changed = Arrays.copyOf(good, starts.getLast());
            MemorySegment.ofArray(changed).set(LogFormat.INT, starts.get(2) + LogFormat.COUNT_AT, count);
            Files.write(file(), changed);
            assertEquals(ALL.subList(0, 3), readAndResume());
        }
    }

    @Test
    void whatNoWriterWritesIsRefusedUnderARightChecksum() throws IOException {
        for (String names : new String[] {"new", "\0", "ü\0", "new\0new\0", "new\0more\0"}) {
            write();
            try (NameReader reader = new NameReader(file());
                    UpdateLog log = UpdateLog.resume(reader.log(), Durability.EACH_WRITE, LogStorage.files())) {
                log.names(5, names.getBytes(StandardCharsets.UTF_8));
            }
            String message = message(CorruptFileException.class, this::read);
            assertTrue(message.startsWith(file() + ": record 5: expected "), message);
        }
    }

    @Test
    void aLogOfNamesIsNoLogOfUpdatesNorTheOtherWayRound() throws IOException {
        write();
        assertThrows(CorruptFileException.class, () -> new LogReader(file(), 3, 0));
        Files.delete(file());
        UpdateLog.create(file(), 3, 1, 0, Durability.EACH_WRITE, LogStorage.files())
                .close();
        assertThrows(CorruptFileException.class, this::read);
    }

    @Test
    void onAFullDiskNamesFailWholeAndLaterOnesSucceed() throws IOException {
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (NameWriter writer = NameWriter.create(file(), FaultyChannel.storage(disk))) {
            writer.add(ALL.subList(0, 2));
            for (int room = 0; room < 48; room++) { // "third", "4" take 48 bytes
                disk.room = room;
                String message = message(IOException.class, () -> writer.add(ALL));
                assertTrue(message.contains("No space left") && message.contains("free some space"), message);
                assertEquals(2, writer.names().size());
                assertEquals(ALL.subList(0, 2), read());
            }
            disk.room = 48;
            writer.add(ALL);
            assertEquals(3, writer.names().id("4"));
            assertEquals(ALL, read());
        }
    }

    @Test
    void whenForcingFailsNoNewNamesAreTakenUntilItIsOpenedAgain() throws IOException {
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (NameWriter writer = NameWriter.create(file(), FaultyChannel.storage(disk))) {
            writer.add(ALL.subList(0, 2));
            disk.forces = false;
            assertThrows(IOException.class, () -> writer.add(ALL));
            disk.forces = true;
            String message = message(IOException.class, () -> writer.add(ALL));
            assertTrue(message.contains("(Input/output error); open the index again"), message);
            writer.add(ALL.subList(0, 2)); // known
            assertEquals(2, writer.names().size());
        }
        assertEquals(ALL.subList(0, 2), readAndResume());
    }

    @Test
    void eachNewNameIsForcedAndKnownOnesWriteNothing() throws IOException {
        FaultyChannel.Disk disk = new FaultyChannel.Disk();
        try (NameWriter writer = NameWriter.create(file(), FaultyChannel.storage(disk))) {
            int before = disk.forced;
            writer.add(ALL);
            assertEquals(before + 1, disk.forced);
            writer.add(ALL);
            assertEquals(before + 1, disk.forced);
        }
    }
}

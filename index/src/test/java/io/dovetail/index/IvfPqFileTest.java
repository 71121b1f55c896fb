package io.dovetail.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.index.file.CorruptFileException;
import io.dovetail.index.file.SectionFile;
import io.dovetail.index.file.SectionFileWriter;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IvfPqFileTest {

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofShared();
    private Path path;

    @BeforeEach
    void buildSmallIndex() throws IOException {
        path = folder.resolve("index");
        Samples.build(path, Samples.gaussian(arena, 20, 2, 1), new IvfPqSpec(3, 2, 4, 20, 2, 1));
    }

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void refusesAFlippedBitInAnyByte() throws IOException {
        assertRefusesAFlippedBitInAnyByte();
    }

    private void assertRefusesAFlippedBitInAnyByte() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            for (int at = 0; at < channel.size(); at++) {
                channel.read(one.clear(), at);
                byte good = one.get(0);
                channel.write(one.put(0, (byte) (good ^ (1 << at % 8))).clear(), at);
                assertThrows(CorruptFileException.class, this::open, "byte " + at);
                channel.write(one.put(0, good).clear(), at);
            }
        }
        open();
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (long length = channel.size() - 1; length >= 0; length--) {
                channel.truncate(length);
                assertThrows(CorruptFileException.class, this::open, "length " + length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "code,''",
        "code,'3,4'",
        "code,'2,6'",
        "code,'0,8'",
        "code,'-2,8'",
        "defaults,'0,1'",
        "defaults,'1'",
        "lists,''",
        "lists,'0'",
        "lists,'0,20'",
        "lists,'0,30,5,20'",
        "lists,'0,-1,5,20'",
        "lists,'0,1,5,19'",
        "lists,'1,2,5,20'",
        "lists,'0,1,2147483647,20'",
        "lists,'0,0,0,20'"
    })
    void refusesHostileNumbersWithRightChecksums(String section, String numbers) throws IOException {
        int[] values = Arrays.stream(numbers.split(","))
                .filter(number -> !number.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
        if (section.equals("lists") && numbers.equals("0,0,0,20")) {
            values = new int[] {0, 0, 0, 0, 0, 0, 20}; // more lists than centroids
        }
        assertHostile(section, values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10,950000,960000", "0,950000,960000,5", "10,0,960000,5", "10,1000001,960000,5"})
    void refusesATuningOfOtherNumbers(String numbers) throws IOException {
        IvfPqIndex.open(path, Kernels.best(), arena)
                .writeTuned(new Tuning(new SearchParams(1, 1), 10, 0.95, 0.96, 5), path);
        open();
        assertHostile(
                "tuning",
                Arrays.stream(numbers.split(","))
                        .filter(number -> !number.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray());
    }

    @Test
    void refusesAnAnisotropyThatIsNone() throws IOException {
        open();
        assertHostile("anisotropy");
        assertHostile("anisotropy", Float.floatToIntBits(4), 0);
        for (float value : new float[] {0.5f, -4, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertHostile("anisotropy", Float.floatToIntBits(value));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vectors", "centroids", "codebooks", "ids", "codes", "fingerprint"})
    void refusesSectionsOfAnotherSize(String section) throws IOException {
        assertHostile(section, 5, 7, 16, -1);
    }

    @Test
    void refusesGroupsThatAreNotThoseOfTheLists() throws IOException {
        Samples.build(path, Samples.gaussian(arena, 300, 2, 1), new IvfPqSpec(256, 2, 8, 300, 1, 1));
        SectionFile file = SectionFile.open(path, IvfPqIndex.KIND, IvfPqIndex.NEWEST_VERSION, arena);
        int[] groups = file.ints("groups");
        assertEquals(256, groups[groups.length - 1]);
        int[] descending = groups.clone();
        descending[1] = 257;
        int[] tooMany = groups.clone();
        tooMany[groups.length - 1] = 257;
        int[] late = groups.clone();
        late[0] = 1;
        for (int[] hostile : new int[][] {descending, tooMany, late, {0, 256}, {0}, {}}) {
            assertHostile("groups", hostile);
        }
    }

    @Test
    void refusesARotationOfAnotherSizeAndFindsAFlippedBitInIt() throws IOException {
        Samples.build(path, Samples.gaussian(arena, 20, 2, 1), new IvfPqSpec(3, 2, 4, 20, 2, 1).withRotationRounds(2));
        assertRefusesAFlippedBitInAnyByte();
        for (int[] shape : new int[][] {{0, 0}, {1, 2}, {2, 1}, {3, 3}}) {
            Matrix axes = Matrix.allocate(arena, shape[0], shape[1]);
            rewrite("rotation", writer -> writer.matrix("rotation", axes));
            assertThrows(CorruptFileException.class, this::open, axes.shape());
        }
        Matrix hostile = Matrix.allocate(arena, 2, 2);
        hostile.fill(Float.NaN);
        rewrite("rotation", writer -> writer.matrix("rotation", hostile));
        IvfPqIndex index = IvfPqIndex.open(path, Kernels.best(), arena);
        Neighbors found = Samples.search(index, Samples.gaussian(arena, 5, 2, 1), 3, SearchParams.exhaustive());
        assertEquals(5, found.queries());
    }

    @Test
    void refusesAnIndexWithoutLists() throws IOException {
        rewrite("centroids", writer -> writer.matrix("centroids", Matrix.allocate(arena, 0, 2)));
        assertHostile("lists", 0);
    }

    @Test
    void findsNothingWhereAllProbedListsAreEmpty() throws IOException {
        rewrite("lists", writer -> writer.ints("lists", 0, 0, 0, 20));
        rewrite("codes", writer -> {
            writer.begin("codes");
            writer.append(MemorySegment.ofArray(new byte[64]));
        });
        rewrite(
                "centroids",
                writer -> writer.matrix("centroids", Matrix.copyOf(arena, new float[][] {{1, 0}, {1, 0}, {0, 1}})));
        IvfPqIndex index = IvfPqIndex.open(path, Kernels.best(), arena);
        Matrix query = Matrix.copyOf(arena, new float[][] {{1, 0}});
        SearchParams bounded = new SearchParams(2, 5, Float.POSITIVE_INFINITY, 2);
        assertEquals(0, Samples.search(index, query, 3, bounded).count(0));
        assertEquals(3, Samples.search(index, query, 3, new SearchParams(3, 5)).count(0));
        assertEquals(3, Samples.search(index, query, 3, new SearchParams(2, 5)).count(0), "it goes on to the third");
    }

    @Test
    void refusesAnIndexOfNothing() throws IOException {
        rewrite("vectors", writer -> writer.matrix("vectors", Matrix.allocate(arena, 0, 2)));
        assertThrows(CorruptFileException.class, this::open);
    }

    @Test
    void namesSectionExpectationAndFinding() throws IOException {
        rewrite("ids", writer -> writer.longs("ids", 1, 2, 3));
        String message = assertThrows(CorruptFileException.class, this::open).toString();
        assertTrue(message.contains(path + ": section 'ids': expected 160 bytes, found 24 bytes;"), message);
    }

    @Test
    void anyCodesAndNumbersWithRightChecksumsAreSearchedWithoutHarm() throws IOException {
        rewrite("codes", writer -> {
            writer.begin("codes");
            byte[] all = new byte[3 * 64];
            Arrays.fill(all, (byte) 0xff);
            writer.append(MemorySegment.ofArray(all));
        });
        rewrite("vectors", writer -> {
            Matrix vectors = Matrix.allocate(arena, 20, 2);
            vectors.fill(Float.NaN);
            writer.matrix("vectors", vectors);
        });
        rewrite("centroids", writer -> {
            Matrix centroids = Matrix.allocate(arena, 3, 2);
            centroids.fill(Float.NaN);
            writer.matrix("centroids", centroids);
        });
        IvfPqIndex index = IvfPqIndex.open(path, Kernels.best(), arena);
        Neighbors found = Samples.search(index, Samples.gaussian(arena, 5, 2, 1), 3, SearchParams.exhaustive());
        assertEquals(5, found.queries());
    }

    private interface Change {
        void write(SectionFileWriter writer) throws IOException;
    }

    private void assertHostile(String section, int... values) throws IOException {
        rewrite(section, writer -> writer.ints(section, values));
        assertThrows(CorruptFileException.class, this::open);
    }

    /** Writes the file anew with one section changed. */
    private void rewrite(String section, Change change) throws IOException {
        SectionFile file = SectionFile.open(path, IvfPqIndex.KIND, IvfPqIndex.NEWEST_VERSION, arena);
        try (SectionFileWriter writer = new SectionFileWriter(path, IvfPqIndex.KIND, IvfPqIndex.NEWEST_VERSION)) {
            for (String name : file.names()) {
                if (name.equals(section)) {
                    change.write(writer);
                } else {
                    writer.begin(name);
                    writer.append(file.section(name));
                }
            }
            writer.commit();
        }
    }

    private void open() throws IOException {
        try (Arena mapping = Arena.ofConfined()) {
            IvfPqIndex.open(path, Kernels.best(), mapping);
        } catch (CorruptFileException e) {
            try (Arena memory = Arena.ofConfined()) {
                assertEquals(
                        e.getMessage(),
                        assertThrows(CorruptFileException.class, () -> IvfPqIndex.load(path, Kernels.best(), memory))
                                .getMessage());
            }
            throw e;
        }
    }
}

package io.dovetail.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dovetail.data.Dataset;
import io.dovetail.data.TestDatasets;
import io.dovetail.index.file.CorruptFileException;
import io.dovetail.kernels.Kernels;
import io.dovetail.kernels.Matrix;
import io.dovetail.kernels.Workers;
import io.dovetail.model.Engine;
import io.dovetail.model.Storage;
import io.dovetail.train.TestRuns.Interruption;
import io.dovetail.train.TestRuns.Recorder;
import io.dovetail.train.TrainingJob.Ending;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a run that is interrupted after its first epoch: they are whole, or they are refused. */
final class RunTest {
    private static final Dataset DATA = TestDatasets.planted(20, 25, 2, 6, 5);
    private static final int HEADER = 64;
    private static final int SAMPLE = 150;

    @TempDir
    private Path folder;

    @BeforeEach
    void trainAnEpoch() {
        int batches = 2;
        Recipe recipe = TestRuns.smallDat().with("batch", "40").with("head", "linear-scaled");
        try (Workers workers = Workers.of(1)) {
            Engine engine = new Engine(Kernels.best(), workers);
            assertThrows(
                    Interruption.class,
                    () -> TrainingJob.start(
                            engine, Storage.memory(), folder, DATA, recipe, Ending.REFIT, new Recorder(batches + 1)));
        }
    }

    private void open() throws IOException {
        try (Arena arena = Arena.ofShared()) {
            assertEquals(1, Run.open(folder, arena).epoch());
        }
    }

    private void resume() throws IOException {
        try (Workers workers = Workers.of(1)) {
            TrainingJob.resume(new Engine(Kernels.best(), workers), Storage.memory(), folder, new Recorder());
        }
    }

    private Executable reading(String file) {
        return "state.dvt".equals(file) ? this::resume : this::open;
    }

    @Test
    void wholeFilesAreRead() throws IOException {
        open();
        resume();
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.dvt", "catalog.dvt", "state.dvt"})
    void aFileCutShortIsRefused(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        int step = Math.max(1, whole.length / SAMPLE);
        IntStream lengths = IntStream.concat(
                IntStream.range(0, HEADER + 1),
                IntStream.iterate(HEADER + 1, length -> length < whole.length, length -> length + step));
        for (int length : lengths.toArray()) {
            Files.write(file, Arrays.copyOf(whole, length));
            String message = refusal(CorruptFileException.class, reading(name));
            assertTrue(message.contains(file.toString()), message);
        }
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        refusal(CorruptFileException.class, reading(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.dvt", "catalog.dvt", "state.dvt"})
    void aFlippedBitIsFound(String name) throws IOException {
        Path file = folder.resolve(name);
        byte[] whole = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(11);
        IntStream places = IntStream.concat(IntStream.range(0, HEADER), random.ints(SAMPLE, HEADER, whole.length));
        for (int place : places.toArray()) {
            byte[] flipped = whole.clone();
            flipped[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);
            String message = refusal(CorruptFileException.class, reading(name));
            assertTrue(message.contains(file.toString()), "flipped in byte " + place + ": " + message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.dvt", "catalog.dvt"})
    void aMissingFileIsNamed(String name) throws IOException {
        Files.delete(folder.resolve(name));
        String message = refusal(NoSuchFileException.class, this::open);
        assertTrue(message.contains(folder.resolve(name).toString()), message);
        assertTrue(message.contains("train --data DATA --out"), message);
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws IOException {
        Files.copy(Run.catalogFile(folder), folder.resolve("other"));
        Files.delete(Run.modelFile(folder));
        Files.move(folder.resolve("other"), Run.modelFile(folder));
        assertTrue(refusal(CorruptFileException.class, this::open).contains("give a file of kind 'model'"));
    }

    /** The settings of a recipe are not the same in every version. */
    @ParameterizedTest
    @ValueSource(strings = {"model.dvt", "state.dvt"})
    void aFileOfAnEarlierVersionIsRefused(String name) throws IOException {
        Path file = folder.resolve(name);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(24, Run.VERSION - 1);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.array(), 0, HEADER - 4);
        bytes.putInt(HEADER - 4, (int) checksum.getValue());
        Files.write(file, bytes.array());
        String message = refusal(CorruptFileException.class, reading(name));
        String expected = "expected " + Run.VERSION + ", found " + (Run.VERSION - 1);
        assertTrue(message.contains(file + ": format version at byte 24: " + expected), message);
        assertTrue(message.contains("use the Dovetail that made it, or make the file again with this one"), message);
    }

    @Test
    void aParameterOfAnotherShapeIsRefused() throws IOException {
        forgeMatrix(Run.modelFile(folder), "model", "value/item.layer1.weight");
        assertTrue(refusal(CorruptFileException.class, this::open)
                .contains("section 'value/item.layer1.weight': expected a 22x10 matrix, found 3x2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"value/user.id", "first/item.augmented", "second/logit.scale"})
    void aStateOfAnotherShapeIsRefused(String section) throws IOException {
        forgeMatrix(Run.stateFile(folder), "state", section);
        String message = refusal(CorruptFileException.class, this::resume);
        assertTrue(message.contains("section '" + section + "': expected a "), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MAX_VALUE, (1L << 53) + 1})
    void aNumberOfStepsThatNoTrainingMakesIsRefused(long steps) throws IOException {
        TestRuns.forge(
                Run.stateFile(folder),
                "state",
                "steps-before",
                (writer, original) -> writer.longs("steps-before", steps));
        String message = refusal(CorruptFileException.class, this::resume);
        assertTrue(message.contains("section 'steps-before': expected one number of steps, at most"), message);
        assertTrue(message.contains("[" + steps + "]"), message);
    }

    private static void forgeMatrix(Path file, String kind, String section) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Matrix other = Matrix.allocate(arena, 3, 2);
            TestRuns.forge(file, kind, section, (writer, original) -> writer.matrix(section, other));
        }
    }

    @Test
    void aMissingParameterIsNamed() throws IOException {
        TestRuns.forge(Run.modelFile(folder), "model", "value/user.id", (writer, original) -> {});
        String message = refusal(CorruptFileException.class, this::open);
        assertTrue(message.contains("a section 'value/user.id'"), message);
    }

    /** Sizes that would fill the memory, or are no sizes, are refused before anything is allocated by them. */
    @ParameterizedTest
    @CsvSource({
        "embedding=6, embedding=2000000000, 'embedding: must be in [1, 65536], is 2000000000'",
        "embedding=6, embedding=65536, 'section ''value/user.id'': expected a 21x65536 matrix, found 21x6'",
        "layers=10-4, layers=65536-65536-4, section 'value/user.layer1.weight': expected a 34x65536 matrix",
        "layers=10-4, layers=10-65536-65536-4, section 'value/user.layer2.weight': expected a 10x65536 matrix",
        "history=2-5, history=2-5-2000000000, 'history: must be different numbers of items'",
        "history=2-5, history=2-65536, a section 'value/user.history65536'",
        "augmented=4, augmented=2000000000, augmented: must be 0 (none) or equal the width of the vectors",
        "interests=0, interests=2000000000, 'interests: must be in [0, 64], is 2000000000'",
        "interest-history=20, interest-history=2000000000, 'interest-history: must be in [1, 1000], is 2000000000'",
        "head=linear-scaled, head=linear-sealed, 'linear-sealed'",
        "seed=1, seed=one, seed: 'one' is no whole number",
        "seed=1, other=1, setting 'seed' is missing",
        "seed=1, seed, expected lines of key=value",
        "epoch=1, epoch=-1, 'epoch to be 0 or more, found -1'",
        "epoch=1, epoch=3000000000, epoch to be a whole number",
        "epoch=1, ends=1, epoch to be a whole number",
    })
    void settingsThatMakeNoSenseAreRefused(String line, String forged, String expected) throws IOException {
        for (Path file : new Path[] {Run.modelFile(folder), Run.stateFile(folder)}) {
            boolean model = file.equals(Run.modelFile(folder));
            TestRuns.forgeAbout(file, model ? "model" : "state", about -> {
                assertTrue(about.contains("\n" + line + "\n") || about.startsWith(line + "\n"), about);
                return ("\n" + about)
                        .replace("\n" + line + "\n", "\n" + forged + "\n")
                        .substring(1);
            });
            String message = refusal(CorruptFileException.class, model ? this::open : this::resume);
            assertTrue(message.contains(expected), message);
            assertTrue(message.contains(file.toString()), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "model, fitted=VALID, fitted=TRAIN, 'fitted to be VALID or TEST, found TRAIN'",
        "state, phase=SELECT, phase=REST, expected phase",
        "state, ending=REFIT, ending=, expected ending",
        "state, best=, best=xyz, 'best to be the bits of a float64 in hexadecimal, found xyz'",
        "state, best=, best=11112222333344445555, best to be the bits of a float64",
        "state, best=, worst=0, best to be the bits of a float64",
        "state, best-epoch=1, best-epoch=-7, 'best-epoch to be 0 or more, found -7'",
        "state, batch=40, batch=2000000000, a step draws at most 67108864 items",
        "state, negatives=20, negatives=2000000000, a step draws at most 67108864 items",
    })
    void factsThatMakeNoSenseAreRefused(String kind, String start, String forged, String expected) throws IOException {
        TestRuns.forgeAbout(folder.resolve(kind + ".dvt"), kind, about -> {
            assertTrue(about.contains("\n" + start), about);
            return about.replaceFirst("\n" + start + "[^\n]*\n", "\n" + forged + "\n");
        });
        String message = refusal(CorruptFileException.class, reading(kind + ".dvt"));
        assertTrue(message.contains(expected), message);
    }

    private static String refusal(Class<? extends IOException> type, Executable reading) {
        return String.valueOf(assertThrows(type, reading).getMessage());
    }
}

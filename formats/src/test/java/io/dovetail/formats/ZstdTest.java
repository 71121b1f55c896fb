package io.dovetail.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.ZstdOutputStream;
import io.dovetail.data.DataException;
import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZstdTest {
    private static final String EVENTS = IntStream.range(0, 500)
            .mapToObj(i -> "u" + i % 50 + "\ti" + i * 31 % 97 + "\n")
            .collect(Collectors.joining("", "user\titem\n", ""));

    @TempDir
    Path folder;

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream zstd = new ZstdOutputStream(bytes)) {
            zstd.setChecksum(true);
            zstd.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private Dataset read(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes);
        return DatasetReader.read(folder, DatasetSpec.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"interactions.tsv.zst", "interactions.csv.zst", "interactions.jsonl.zst"})
    void everyKindOfTextMayBeCompressed(String name) throws IOException {
        String text = name.contains("csv") ? EVENTS.replace('\t', ',') : EVENTS;
        String json = EVENTS.lines()
                .skip(1)
                .map(line -> line.replaceAll("(.*)\t(.*)", "{\"user\": \"$1\", \"item\": \"$2\"}"))
                .collect(Collectors.joining("\n"));
        Dataset data = read(name, packed(name.contains("jsonl") ? json : text));
        assertEquals(500, data.interactions().size());
        assertEquals(50, data.users().size());
        assertEquals(97, data.items().size());
    }

    @Test
    void framesMayFollowEachOther() throws IOException {
        byte[] first = packed("user\titem\nu\ta\n");
        byte[] second = packed("u\tb\n");
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        assertEquals(2, read("interactions.tsv.zst", both).interactions().size());
    }

    @Test
    void aStreamCutShortAnywhereIsRefused() throws IOException {
        byte[] whole = packed(EVENTS);
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            DataException refused = assertThrows(DataException.class, () -> read("interactions.tsv.zst", cut));
            assertEquals(
                    "the zstd stream ends too early; fetch the file again",
                    String.valueOf(refused.getMessage()).replaceFirst(".*zst:\\d+: ", ""),
                    "first " + length + " bytes");
        }
    }

    @Test
    void flippedBitsAreRefused() throws IOException {
        byte[] whole = packed(EVENTS);
        for (int bit = 0; bit < 8 * whole.length; bit += 37) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(DataException.class, () -> read("interactions.tsv.zst", flipped), "bit " + bit);
        }
    }
}

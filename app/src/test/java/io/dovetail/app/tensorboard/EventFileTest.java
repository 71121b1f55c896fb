package io.dovetail.app.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventFileTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_250L);

    @TempDir
    private Path folder;

    @Test
    void theReaderKnowsThePublishedChecksum() {
        // RFC 3720 B.4 gives 0xe3069283 for "123456789".
        int crc = 0xe3069283;
        int masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
        assertEquals(masked, TfRecords.masked("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void scalarsReadBack() throws IOException {
        EventFile events = new EventFile(folder, NOW);
        events.begin();
        events.append(Map.of("select/loss", 0.25), 1, NOW);
        events.append(Map.of("select/norms/üser", 1e-3), 1_000_000, NOW.plusMillis(500));
        Path file = TfRecords.only(folder);
        assertEquals("events.out.tfevents.1700000000.dovetail", String.valueOf(file.getFileName()));
        assertEquals(
                List.of(
                        new TfRecords.Scalar("select/loss", 1, 0.25, 1_700_000_000.25),
                        new TfRecords.Scalar("select/norms/üser", 1_000_000, 1e-3f, 1_700_000_000.75)),
                TfRecords.scalars(file));
    }

    @Test
    void beginningTakesThePlaceOfOlderFiles() throws IOException {
        Files.writeString(folder.resolve("events.out.tfevents.5.older"), "?");
        Files.writeString(folder.resolve("metrics.jsonl"), "stays");
        EventFile events = new EventFile(folder, NOW);
        events.begin();
        events.append(Map.of("a", 1.0), 1, NOW);
        events.begin();
        assertEquals(List.of(), TfRecords.scalars(TfRecords.only(folder)));
        assertEquals("stays", Files.readString(folder.resolve("metrics.jsonl")));
    }
}

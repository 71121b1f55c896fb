package io.dovetail.app.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.index.file.ReplacedFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code plan.json} of a comparison's folder: what all its results have in common, so that a restart cannot mix others in. */
final class PlanFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private PlanFile() {}

    /**
     * Begins a folder, or checks that a comparison of the same kind goes on in it.
     *
     * @param folder to make if it is absent
     * @param plan what is to be compared
     * @throws FileSystemException naming what differs, if the folder holds results of another kind
     */
    static void prepare(Path folder, Plan plan) throws IOException {
        Path file = folder.resolve("plan.json");
        Map<String, String> common = plan.common();
        if (!Files.exists(file)) {
            Files.createDirectories(folder);
            ReplacedFile.write(file, MAPPER.writeValueAsString(common));
            return;
        }
        JsonNode before;
        try {
            before = MAPPER.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new FileSystemException(file.toString(), null, "is no plan of a comparison; give another --out");
        }
        List<String> differences = new ArrayList<>();
        common.forEach((key, value) -> {
            String was = before.path(key).asText("absent");
            if (!was.equals(value)) {
                differences.add(key + " was " + was + ", is " + value);
            }
        });
        if (!differences.isEmpty()) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "the folder holds a comparison of another kind (" + String.join("; ", differences)
                            + "); give another --out, or the same settings to go on");
        }
    }
}

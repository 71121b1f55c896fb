package io.dovetail.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** YAML files whose top level is a map. */
final class Yaml {
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private Yaml() {}

    /**
     * Reads a file.
     *
     * @param file the file
     * @return texts, numbers, lists and maps by key, in the order of the file; empty if the file holds nothing
     * @throws IOException if it cannot be read
     */
    static Map<String, Object> read(Path file) throws IOException {
        String text = Files.readString(file);
        try {
            JsonNode tree = MAPPER.readTree(text);
            if (tree.isMissingNode() || tree.isNull()) {
                return Map.of();
            }
            if (!tree.isObject()) {
                throw new UserException(file + ": holds no settings; write lines of 'key: value'");
            }
            return MAPPER.convertValue(tree, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UserException(file + ":" + e.getLocation().getLineNr() + ": not valid YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse("") + "; write lines of 'key: value'");
        }
    }
}

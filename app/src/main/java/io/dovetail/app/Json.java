package io.dovetail.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** JSON in one line. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /**
     * Writes an object.
     *
     * @param object texts, numbers, booleans, lists and maps by key, in the order to write them in
     * @return a line without its end
     */
    static String text(Map<String, ?> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("json: cannot write " + object.keySet(), e);
        }
    }
}

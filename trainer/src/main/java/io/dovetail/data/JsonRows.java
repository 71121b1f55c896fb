package io.dovetail.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON objects, one after another, as in {@code .jsonl}. The columns are all keys that occur anywhere, in the order of
 * their first appearance (the file is read once to find them, and once more for the rows), or those that are asked for.
 *
 * <p>A missing key and {@code null} are empty fields. A list becomes its values separated by commas, an object
 * {@code key:value} pairs; lists in lists are joined to one, and objects in lists or objects are passed over.
 */
final class JsonRows implements TableRows {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String SEPARATOR = ",";
    private static final int MOST_COLUMNS = 10_000;

    private final Path file;
    private final JsonParser parser;
    private final Map<String, Integer> columns;
    private final String separator;
    private long line;

    private JsonRows(Path file, Map<String, Integer> columns, String separator) throws IOException {
        this.file = file;
        this.parser = FACTORY.createParser(InputFiles.text(file));
        this.columns = columns;
        this.separator = separator;
    }

    static TableRows open(Path file) throws IOException {
        Map<String, Integer> columns = new LinkedHashMap<>();
        try (JsonRows keys = new JsonRows(file, columns, SEPARATOR)) {
            keys.collect();
        }
        return new JsonRows(file, columns, SEPARATOR);
    }

    /** Opens a file for some of its keys. */
    static TableRows open(Path file, List<String> keys, String separator) throws IOException {
        Map<String, Integer> columns = new LinkedHashMap<>();
        keys.forEach(key -> columns.put(key, columns.size()));
        return new JsonRows(file, columns, separator);
    }

    private void collect() throws IOException {
        try {
            while (beginRow()) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    columns.putIfAbsent(parser.currentName(), columns.size());
                    parser.nextToken();
                    parser.skipChildren();
                }
                if (columns.size() > MOST_COLUMNS) {
                    throw DataException.of(
                            file,
                            line,
                            "more than " + MOST_COLUMNS + " different keys so far",
                            "put what varies by line into an object or a list under one key");
                }
            }
        } catch (JsonProcessingException e) {
            throw malformed(e);
        }
    }

    @Override
    public List<String> header() {
        return List.copyOf(columns.keySet());
    }

    @Override
    public List<String> next() throws IOException {
        try {
            return beginRow() ? fields() : List.of();
        } catch (JsonProcessingException e) {
            throw malformed(e);
        }
    }

    private List<String> fields() throws IOException {
        String[] fields = new String[columns.size()];
        Arrays.fill(fields, "");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            int column = columns.getOrDefault(parser.currentName(), -1);
            parser.nextToken();
            if (column < 0) {
                parser.skipChildren();
            } else {
                fields[column] = value();
            }
        }
        return List.of(fields);
    }

    /** Goes into the next object; false at the end. */
    private boolean beginRow() throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            return false;
        }
        line = parser.currentTokenLocation().getLineNr();
        if (token != JsonToken.START_OBJECT) {
            throw DataException.of(
                    file,
                    line,
                    "'" + parser.getText() + "' is not an object",
                    "write one {\"column\": value, ...} a line, without a list around them");
        }
        return true;
    }

    private String value() throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_NULL -> "";
            case START_ARRAY -> {
                List<String> values = new ArrayList<>();
                addList(values);
                yield String.join(separator, values);
            }
            case START_OBJECT -> object();
            default -> parser.getText();
        };
    }

    private void addList(List<String> values) throws IOException {
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            switch (token) {
                case START_ARRAY -> addList(values);
                case START_OBJECT -> parser.skipChildren();
                case VALUE_NULL -> {}
                default -> values.add(parser.getText());
            }
        }
    }

    private String object() throws IOException {
        List<String> pairs = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token.isStructStart()) {
                parser.skipChildren();
            } else if (token != JsonToken.VALUE_NULL) {
                pairs.add(key + ":" + parser.getText());
            }
        }
        return String.join(separator, pairs);
    }

    private DataException malformed(JsonProcessingException e) {
        long at = e.getLocation() == null ? line : e.getLocation().getLineNr();
        String fault = e.getOriginalMessage().lines().findFirst().orElse("");
        return DataException.of(file, at, "this is not valid JSON: " + fault, "write one object a line");
    }

    @Override
    public long line() {
        return line;
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}

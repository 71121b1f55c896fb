package io.dovetail.app.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dovetail.index.file.ReplacedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What a comparison leaves for people and programs: {@code report.html}, {@code comparison.md}, {@code comparison.json}. */
public final class ComparisonFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ComparisonFiles() {}

    /**
     * Writes all three, in place of earlier ones.
     *
     * @param data what they tell
     * @param folder that exists
     * @throws IOException if writing fails
     */
    public static void write(ComparisonData data, Path folder) throws IOException {
        ReplacedFile.write(
                folder.resolve("comparison.json"),
                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json(data)) + "\n");
        ReplacedFile.write(folder.resolve("comparison.md"), ComparisonMarkdown.of(data));
        ReplacedFile.write(page(folder), ComparisonPage.html(data));
    }

    /** {@return the page in a comparison's folder} */
    public static Path page(Path folder) {
        return folder.resolve("report.html");
    }

    /** {@return all figures by their JSON keys} */
    public static Map<String, Object> json(ComparisonData data) {
        return ComparisonJson.of(data);
    }
}

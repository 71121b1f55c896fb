package io.dovetail.app.demo;

import io.dovetail.data.Dataset;
import io.dovetail.data.DatasetReader;
import io.dovetail.data.DatasetSpec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The data of a demo.
 *
 * @param name what people call it
 * @param folder where its files are
 * @param notes where it comes from, its licence, what was changed; a sentence or two each
 */
public record DemoData(String name, Path folder, List<String> notes) {
    private static final String RESOURCES = "/io/dovetail/app/online-retail/";
    private static final List<String> FILES =
            List.of("ATTRIBUTION.txt", "categories.tsv", "interactions.tsv.gz", "items.tsv.gz", "users.tsv.gz");
    private static final List<String> NOTES = List.of(
            "What the customers of a British online wholesaler of gifts bought from December 2010 to December 2011,"
                    + " each item at its first purchase; customers and items with at least five.",
            "Data: Chen, D. (2015). Online Retail [Dataset]. UCI Machine Learning Repository."
                    + " https://doi.org/10.24432/C5BW33. Licensed under CC BY 4.0; changed: data/ATTRIBUTION.txt says"
                    + " how.",
            "The categories are not part of the original: they were derived from the descriptions by keyword rules.");

    /**
     * Copies the bundled data out, so that its files can be looked at.
     *
     * @param folder where to; made if absent
     * @return the data
     * @throws IOException if writing fails
     */
    public static DemoData bundled(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            try (InputStream in = DemoData.class.getResourceAsStream(RESOURCES + file)) {
                if (in == null) {
                    throw new FileNotFoundException(file + " is missing in the program; build it anew");
                }
                Files.copy(in, folder.resolve(file));
            }
        }
        return new DemoData("Online Retail", folder, NOTES);
    }

    Dataset read() throws IOException {
        DatasetSpec spec = DatasetSpec.defaults();
        return DatasetReader.read(
                folder,
                new DatasetSpec(
                        Optional.of(name),
                        spec.interactions(),
                        spec.items(),
                        spec.users(),
                        spec.kCore(),
                        spec.unlisted()));
    }
}

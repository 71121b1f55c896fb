package io.dovetail.app.report;

import io.dovetail.data.DatasetStatistics;
import io.dovetail.eval.EvaluationReport;
import io.dovetail.train.EpochReport;
import java.util.List;
import java.util.Map;

/**
 * What a report tells.
 *
 * @param source the data
 * @param popularity figures of the ranking that is the same for everybody
 * @param models the models that were trained; the first is the one that serves
 * @param index the index of the items of the first model
 * @param customers some customers and what is recommended to them
 * @param environment what it all ran on, by name
 * @param commands how to do it again, one command each
 * @param seconds wall time of everything
 */
public record ReportData(
        Source source,
        EvaluationReport popularity,
        List<Model> models,
        Index index,
        List<Customer> customers,
        Map<String, String> environment,
        List<String> commands,
        double seconds) {

    /**
     * The data.
     *
     * @param name what people call it
     * @param statistics its size
     * @param categories number of items by name of category
     * @param notes where it comes from, its licence, what was changed; a paragraph each
     */
    public record Source(
            String name, DatasetStatistics statistics, Map<String, Integer> categories, List<String> notes) {}

    /**
     * A model that was trained.
     *
     * @param name short name
     * @param about what distinguishes it, a sentence
     * @param settings its recipe
     * @param epochs what happened, in order
     * @param warnings what a person should know; may be empty
     * @param test figures on the test split
     */
    public record Model(
            String name,
            String about,
            Map<String, String> settings,
            List<EpochReport> epochs,
            List<String> warnings,
            EvaluationReport test) {}

    /**
     * The index of the items.
     *
     * @param facts what it is, by name
     * @param nprobe lists scanned unless a caller knows better
     * @param sweep what searches of it found, by ascending nprobe
     * @param exactMicros microseconds of an exact search, one query at a time
     */
    public record Index(Map<String, String> facts, int nprobe, List<Probe> sweep, double exactMicros) {}

    /**
     * Searches with one nprobe.
     *
     * @param nprobe lists scanned
     * @param recall10 share of the exact first 10 that were found
     * @param recall100 share of the exact first 100 that were found
     * @param micros microseconds of a query, one at a time
     */
    public record Probe(int nprobe, double recall10, double recall100, double micros) {}

    /**
     * A customer.
     *
     * @param id the customer's id
     * @param country where the customer lives; empty if unknown
     * @param purchases number of items bought before the held-out one
     * @param bought names of the latest, the latest first
     * @param suggestions what is recommended, best first
     * @param heldOut name of the item bought next, which the model has not seen
     * @param rank place of the held-out item among the suggestions, from 1; 0 if it is not there
     */
    public record Customer(
            String id,
            String country,
            int purchases,
            List<String> bought,
            List<Suggestion> suggestions,
            String heldOut,
            int rank) {}

    /**
     * A recommended item.
     *
     * @param name what people call it
     * @param category its category
     * @param score inner product of the user's and the item's vector
     */
    public record Suggestion(String name, String category, double score) {}
}

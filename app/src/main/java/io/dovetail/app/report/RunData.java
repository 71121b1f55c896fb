package io.dovetail.app.report;

import java.util.List;
import java.util.Map;

/**
 * What the report of a training tells.
 *
 * @param run the run's folder
 * @param data facts of the data set, by name
 * @param settings the recipe
 * @param epochs what happened so far, in order
 * @param warnings all that were given, in order
 * @param columns names of the columns that embedding tables belong to, by the tables' names; other tables have none
 * @param environment what it ran on, by name
 */
public record RunData(
        String run,
        Map<String, String> data,
        Map<String, String> settings,
        List<LoggedEpoch> epochs,
        List<String> warnings,
        Map<String, String> columns,
        Map<String, String> environment) {}

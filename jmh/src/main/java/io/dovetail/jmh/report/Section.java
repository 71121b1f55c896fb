package io.dovetail.jmh.report;

import java.util.List;

/**
 * A table with what belongs to it, for a page of any form.
 *
 * @param title of the section
 * @param text what it shows
 * @param head names of the columns
 * @param rows cells
 * @param notes what a reader must know; may be empty
 */
record Section(String title, String text, List<String> head, List<List<String>> rows, List<String> notes) {}

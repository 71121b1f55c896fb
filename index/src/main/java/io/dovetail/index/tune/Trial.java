package io.dovetail.index.tune;

import io.dovetail.index.SearchParams;

/** Tries search parameters: recall is the same each time, the time of a query is measured. */
@FunctionalInterface
interface Trial {

    /** {@return what the parameters give and cost} */
    OperatingPoint at(SearchParams params);
}

package io.dovetail.app;

import io.dovetail.index.SearchParams;
import java.util.Map;

/** Search parameters, as commands print them. */
final class ParamsFigures {

    private ParamsFigures() {}

    /** Adds them by their JSON keys; a margin that leaves no list out is null. */
    static void put(Map<String, Object> json, SearchParams params) {
        json.put("nprobe", params.nprobe());
        json.put("rerank", params.rerank());
        json.put("margin", Float.isInfinite(params.margin()) ? null : params.margin());
    }

    /** {@return the margin for a table} */
    static String margin(SearchParams params) {
        return Float.isInfinite(params.margin()) ? "-" : Float.toString(params.margin());
    }
}

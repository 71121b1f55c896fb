package io.dovetail.app;

import io.dovetail.index.AllowedIds;
import io.dovetail.index.ExcludedIds;
import io.dovetail.index.IdFilter;
import io.dovetail.index.IvfPqIndex;
import io.dovetail.index.RowSet;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The ids that a user lets a search find. */
final class SearchFilter {

    private SearchFilter() {}

    /**
     * What may be found.
     *
     * @param index what is searched
     * @param allow file of the only ids that may be found, or null for all
     * @param deny file of ids that may not be found, or null for none
     * @return a {@link RowSet}, or all if there is no file
     * @throws UserException if a file is not one of ids, or nothing is left to be found
     */
    static IdFilter of(IvfPqIndex index, @Nullable Path allow, @Nullable Path deny) throws IOException {
        if (allow == null && deny == null) {
            return IdFilter.all();
        }
        IdFilter allowed = allow == null ? IdFilter.all() : AllowedIds.of(IdFile.read(allow));
        IdFilter notDenied = deny == null ? IdFilter.all() : ExcludedIds.of(IdFile.read(deny));
        RowSet set = RowSet.of(index, id -> allowed.accepts(id) && notDenied.accepts(id));
        if (set.size() == 0) {
            throw new UserException((allow == null ? "--deny " + deny : "--allow " + allow)
                    + ": leaves none of the " + index.size() + " vectors to be found; their ids are such as "
                    + index.id(0));
        }
        return set;
    }
}

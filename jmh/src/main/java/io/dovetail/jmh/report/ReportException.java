package io.dovetail.jmh.report;

import java.io.Serial;

/** What the user gave is not what the report needs; the message says what and what to do. */
public final class ReportException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** An error for the user. */
    public ReportException(String message) {
        super(message);
    }
}

package io.dovetail.jmh.report;

import java.io.Serial;

/** What the user gave is not what the report needs; the message says what and what to do. */
final class ReportException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    ReportException(String message) {
        super(message);
    }
}

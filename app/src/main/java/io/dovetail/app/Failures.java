package io.dovetail.app;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into a line on stderr and an exit code. */
final class Failures {

    private Failures() {}

    /** The arguments are wrong. */
    static int wrongUsage(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        if (arguments.length == 0) {
            line.usage(line.getErr());
            return ExitCode.USAGE;
        }
        String message = failure.getMessage();
        if (failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            message += "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
        }
        print(line.getErr(), message + "; see '" + name + " --help'");
        return ExitCode.USAGE;
    }

    /** A command threw. */
    static int failed(Exception failure, CommandLine line, ParseResult parsed) {
        boolean debug = line.getCommand() instanceof AppCommand command && command.debug();
        if (debug) {
            failure.printStackTrace(line.getErr());
        }
        if (failure instanceof UserException || failure instanceof IOException) {
            print(line.getErr(), describe(failure));
            return ExitCode.USAGE;
        }
        if (failure instanceof FloorException) {
            print(line.getErr(), describe(failure));
            return ExitCode.SOFTWARE;
        }
        print(line.getErr(), "internal failure: " + failure + (debug ? "" : "; --debug prints where"));
        return ExitCode.SOFTWARE;
    }

    /** The Java heap is full. */
    static int outOfMemory(OutOfMemoryError failure, PrintWriter err) {
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        print(
                err,
                "out of memory (" + failure.getMessage() + "): the heap may grow to " + mebibytes
                        + " MiB; allow more, as by"
                        + " DOVETAIL_JAVA_OPTS=-Xmx" + 2 * mebibytes
                        + "m, or see docs/training.md for what takes room");
        return ExitCode.SOFTWARE;
    }

    private static void print(PrintWriter err, String message) {
        err.println("dovetail: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }

    private static String describe(Exception failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            return message + ": " + reason(file);
        }
        return failure instanceof FileNotFoundException ? message + "; check the path" : message;
    }

    /** The JDK's own exceptions about files say what by their class alone. */
    private static String reason(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file; check the path";
            case FileAlreadyExistsException _ -> "exists already; choose another path";
            case AccessDeniedException _ -> "access denied; check the permissions";
            case NotDirectoryException _ -> "not a folder; give a folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty; choose another path";
            default -> failure.getClass().getSimpleName();
        };
    }
}

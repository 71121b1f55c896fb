/** The command line: the only module that prints, exits, or reads arguments. */
module io.dovetail.app {
    requires io.dovetail.trainer;
    requires info.picocli;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires static org.jspecify;

    opens io.dovetail.app to
            info.picocli;
}

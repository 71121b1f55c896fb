package io.dovetail.app.report;

import io.dovetail.model.Engine;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a report's figures were made on. */
public final class Environment {
    private Environment() {}

    /** {@return Java, system, processors, threads and kernels, by name; a new map to be added to} */
    public static Map<String, String> of(Engine engine) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
        environment.put("system", System.getProperty("os.name") + ", " + System.getProperty("os.arch"));
        environment.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        environment.put("threads", Integer.toString(engine.workers().threads()));
        environment.put("kernels", engine.kernels().describe());
        return environment;
    }
}

package io.dovetail.index;

/** Is told how far a long piece of work is. Called on the thread that does the work. */
@FunctionalInterface
public interface Progress {

    /**
     * Some of the work is done.
     *
     * @param phase what is being done, a word for people
     * @param done how much of the phase is done
     * @param total how much there is
     */
    void at(String phase, long done, long total);

    /** {@return a progress that nobody looks at} */
    static Progress none() {
        return (phase, done, total) -> {};
    }
}

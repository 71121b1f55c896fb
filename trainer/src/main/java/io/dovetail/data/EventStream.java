package io.dovetail.data;

/** Events in the order of their source, told as often as they are asked for, so that nobody needs to hold them twice. */
@FunctionalInterface
interface EventStream {
    /** Hears of an event. */
    @FunctionalInterface
    interface Listener {
        void event(int user, int item, long time, Part part);
    }

    /** Tells all events in order, the same at each call. */
    void forEach(Listener listener);
}

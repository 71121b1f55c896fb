package io.dovetail.eval;

/** What a target is ranked among. */
public enum Scope {
    /** All items, less the user's history. */
    CATALOGUE("all items"),
    /** The items of the target's category, less the user's history. */
    CATEGORY("the target's category");

    private final String title;

    Scope(String title) {
        this.title = title;
    }

    /** {@return the name that people read} */
    public String title() {
        return title;
    }
}

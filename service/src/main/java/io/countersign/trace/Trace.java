// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

/**
 * One decision from its arrival to its reply: a span for the whole, and one after the other for its
 * stages. Used by one thread at a time.
 */
public final class Trace {
    /** Of a decision that is not recorded; shared by all of them. */
    public static final Trace NONE = new Trace(Span.NONE);

    private final Span whole;
    private Span stage = Span.NONE;

    /**
     * @param whole the decision's span, which has begun
     */
    public Trace(Span whole) {
        this.whole = whole;
    }

    public boolean isRecorded() {
        return whole.isRecorded();
    }

    /** A stage begins and the one before it ends. */
    public void stage(String name) {
        if (whole.isRecorded()) {
            stage.end();
            stage = whole.step(name);
        }
    }

    /** The stage that the decision is in. */
    public Span stage() {
        return stage;
    }

    /** Says something of the whole decision. */
    public void note(Note note, String value) {
        whole.note(note, value);
    }

    /**
     * The client's name may say which trace the client is part of. Anybody can claim to be part of
     * any, so it becomes a link: it is neither our parent, nor does it decide what is recorded.
     */
    public void client(String name) {
        if (whole.isRecorded()) {
            TraceParent.in(name).ifPresent(whole::link);
        }
    }

    /** The decision is over. */
    public void end() {
        if (whole.isRecorded()) {
            stage.end();
            whole.end();
        }
    }
}

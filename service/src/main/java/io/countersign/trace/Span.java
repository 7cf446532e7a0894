// SPDX-License-Identifier: Apache-2.0
package io.countersign.trace;

/**
 * One step of a decision, as whoever records it sees it. {@link #NONE} records nothing and costs
 * nothing; whatever would cost something for it alone asks {@link #isRecorded} first. Thread-safe.
 */
public interface Span {
    /** What is not recorded. */
    Span NONE = Unrecorded.SPAN;

    /**
     * The step that the running code belongs to. Bound only where a recorded decision asks somebody
     * else; a thread that is started there has to carry it over.
     */
    ScopedValue<Span> CURRENT = ScopedValue.newInstance();

    /** The step that the caller belongs to. */
    static Span current() {
        return CURRENT.isBound() ? CURRENT.get() : NONE;
    }

    boolean isRecorded();

    /** A step of ours inside this one begins. */
    Span step(String name);

    /** A question to somebody else begins. */
    Span call(String name);

    /** Says something of it. */
    Span note(Note note, String value);

    /** The same with a number. */
    Span note(Note note, long value);

    /** It belongs to what somebody else traces, too; nothing of ours depends on that. */
    void link(TraceParent other);

    /**
     * It went wrong.
     *
     * @param kind a word or a class name, never a message: those can repeat what was sent
     */
    void failed(String kind);

    /** What to tell a backend, so that its spans join ours; empty if this is not recorded. */
    String traceparent();

    /** It is over. */
    void end();
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countersign.nats.AdminDesk;

/** What administrators can ask of every instance: about its trail, and about its keys. */
record EachActs(TrailActs trail, KeyStatus keys) implements AdminDesk.Acts {
    /** The verb about keys, behind {@link AdminDesk#EACH}. */
    static final String KEYS = "keys";

    @Override
    public boolean isView(String verb) {
        return isKeys(verb) || trail.isView(verb);
    }

    @Override
    public boolean takeOnce(String id) {
        return trail.takeOnce(id);
    }

    @Override
    public byte[] refusal(String why) {
        return trail.refusal(why);
    }

    @Override
    public byte[] act(String verb, byte[] body, String author) {
        return isKeys(verb)
                ? keys.json().toString().getBytes(UTF_8)
                : trail.act(verb, body, author);
    }

    private static boolean isKeys(String verb) {
        return verb.equals(AdminDesk.EACH + KEYS);
    }
}

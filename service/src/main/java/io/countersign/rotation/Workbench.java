// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import io.countersign.crypto.Ed25519;
import io.countersign.rotation.RotationStopped.Why;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What every step works with. One thread. */
record Workbench(
        Settings settings,
        Reach reach,
        Teller teller,
        Choices choices,
        Ed25519 ed25519,
        Clock clock) {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration COMES_BACK = Duration.ofSeconds(10);

    /** Longer than {@code limits.deadline} can be, which is 2 s. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(3);

    /** Something that may not be so yet. */
    @FunctionalInterface
    interface Look {
        /** What is missing; empty if nothing is. */
        Optional<String> missing() throws IOException, InterruptedException, RotationStopped;
    }

    void tell(String text) {
        text.lines().forEach(line -> teller.tell("  " + line));
    }

    /**
     * Waits for others, and tells what is missing each time that it is something else.
     *
     * @throws RotationStopped if it is not so when patience ends
     */
    void await(String what, Look look) throws InterruptedException, RotationStopped {
        long end = System.nanoTime() + choices.patience().toNanos();
        String told = "";
        while (true) {
            Optional<String> missing = now(look);
            if (missing.isEmpty()) {
                tell("ok: " + what);
                return;
            }
            if (!missing.get().equals(told)) {
                told = missing.get();
                tell("waiting until " + what + ":");
                tell(told.indent(2).stripTrailing());
            }
            if (System.nanoTime() - end >= 0) {
                throw new RotationStopped(
                        Why.WAITING,
                        "Not so within %d s: %s. The same command goes on here."
                                .formatted(choices.patience().toSeconds(), what));
            }
            teller.pause(LOOK);
        }
    }

    /** Whoever cannot be asked may be asked a second later: servers restart while we wait. */
    private static Optional<String> now(Look look) throws InterruptedException, RotationStopped {
        try {
            return look.missing();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * No key goes that somebody may need. Whoever does not answer has some seconds to come back: it
     * was there a moment ago.
     */
    void refuseWhile(Look needed) throws InterruptedException, RotationStopped {
        Duration limit =
                choices.patience().compareTo(COMES_BACK) < 0 ? choices.patience() : COMES_BACK;
        long end = System.nanoTime() + limit.toNanos();
        for (Optional<String> who = now(needed); who.isPresent(); who = now(needed)) {
            if (System.nanoTime() - end >= 0) {
                throw new RotationStopped(
                        Why.REFUSED,
                        "The old key stays, because somebody may need it:\n"
                                + who.get().indent(2).stripTrailing());
            }
            teller.pause(LOOK);
        }
    }

    /**
     * Lets logins end that were under way when the instances took the new key. Their answers come
     * with the old one, after nobody was seen whom that let in; and a server closes whoever was let
     * in by a key that is gone (reference 7.4).
     */
    void awaitUnderWay(RotationState state) throws InterruptedException {
        Instant now = clock.instant();
        Duration left = Duration.between(now, state.rolled().orElse(now).plus(UNDER_WAY));
        if (left.isPositive()) {
            teller.pause(left.compareTo(UNDER_WAY) < 0 ? left : UNDER_WAY);
        }
    }

    /** Only with a yes. */
    void agreed(String question) throws RotationStopped {
        if (!teller.agrees(question)) {
            throw new RotationStopped(
                    Why.WAITING, "Nothing more was done. The same command goes on here.");
        }
    }
}

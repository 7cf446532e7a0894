// SPDX-License-Identifier: Apache-2.0
package io.countersign.rotation;

import java.io.IOException;
import java.time.Instant;

/** What the steps are for one kind of key in one mode. Each can be done twice. */
interface KeySteps {
    /** Decides what the new key will be, and finds the old ones. */
    RotationState begin(Instant now) throws IOException, RotationStopped;

    /** What a step does, for people; changes nothing. */
    String plan(Step step, RotationState state);

    /**
     * Does a step.
     *
     * @return the state, with what was learned
     * @throws RotationStopped if it is not done, or not yet
     */
    RotationState perform(Step step, RotationState state)
            throws IOException, InterruptedException, RotationStopped;
}

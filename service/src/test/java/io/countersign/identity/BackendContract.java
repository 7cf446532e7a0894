// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.identity.Authentication.Unavailable;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * For authenticators that depend on something; implemented beside {@link AuthenticatorContract}.
 */
public interface BackendContract {
    /** One whose backend takes the question and never answers. */
    Authenticator hanging();

    /** One whose backend is not there. */
    Authenticator down();

    /** A credential that only the backend can judge. */
    Requests good();

    @Test
    default void authenticate_backendHangs_isUnavailableAtTheDeadline() {
        assertThat(ask(hanging(), Duration.ofMillis(50))).isInstanceOf(Unavailable.class);
    }

    @Test
    default void authenticate_backendDown_isUnavailable() {
        assertThat(ask(down(), Duration.ofSeconds(30))).isInstanceOf(Unavailable.class);
    }

    private Authentication ask(Authenticator authenticator, Duration time) {
        return authenticator.authenticate(good().verified(), Requests.NOW, Deadline.after(time));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** For authenticators whose credentials end; implemented beside {@link AuthenticatorContract}. */
public interface ExpiryContract {
    Authenticator authenticator();

    /** A credential that is good until {@link #end}. */
    Requests ending();

    /** When it ends. */
    Instant end();

    @Test
    default void authenticate_beforeTheEnd_saysWhenItEnds() {
        assertThat(at(end().minusMillis(1)))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> assertThat(yes.identity().notAfter()).contains(end()));
    }

    @Test
    default void authenticate_endingThisVeryInstant_isExpired() {
        assertThat(at(end()))
                .asInstanceOf(type(Rejected.class))
                .extracting(Rejected::why)
                .isEqualTo(Rejection.EXPIRED_CREDENTIAL);
    }

    private Authentication at(Instant now) {
        return authenticator()
                .authenticate(ending().verified(), now, Deadline.after(Duration.ofSeconds(30)));
    }
}

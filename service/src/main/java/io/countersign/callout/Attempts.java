// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.cluster.throttle.Attempt;
import io.countersign.identity.Credentials;
import io.countersign.protocol.ConnectOptions;
import io.countersign.protocol.VerifiedRequest;

/** Takes from a request what throttles count. */
final class Attempts {
    private Attempts() {}

    static Attempt of(VerifiedRequest request, CanaryMark canary) {
        ConnectOptions connect = request.connect();
        String user = Credentials.presentedName(connect);
        boolean hasSecret =
                !connect.pass().isEmpty()
                        || !connect.authToken().isEmpty()
                        || !connect.sig().isEmpty();
        return new Attempt(
                request.client().host(),
                user,
                isShown(user, connect),
                request.client().mqttId(),
                request.server().name(),
                hasSecret && !canary.isOn(request));
    }

    /** People paste tokens into the place of the name (see {@code AuditDraft}). */
    private static boolean isShown(String user, ConnectOptions connect) {
        return !(user.equals(connect.pass())
                || user.equals(connect.authToken())
                || user.equals(connect.jwt())
                || (user.startsWith("eyJ") && user.indexOf('.') > 0)
                || (user.length() == 58 && user.charAt(0) == 'S'));
    }
}

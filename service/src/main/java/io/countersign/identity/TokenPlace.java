// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import io.countersign.protocol.ConnectOptions;
import io.countersign.protocol.VerifiedRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Where clients put tokens of somebody else. */
public enum TokenPlace {
    /** {@code auth_token}. */
    TOKEN,
    /** {@code pass}, with any user name: for clients and MQTT devices that have nothing else. */
    PASSWORD,
    /** {@code jwt}: in operator mode servers take it for themselves. */
    JWT;

    private String text(ConnectOptions connect) {
        return switch (this) {
            case TOKEN -> connect.authToken();
            case PASSWORD -> connect.pass();
            case JWT -> connect.jwt();
        };
    }

    /** What is in these places, each text once; what is too long is not looked at. */
    public static List<String> texts(Collection<TokenPlace> places, VerifiedRequest request) {
        List<String> found = new ArrayList<>();
        for (TokenPlace place : places) {
            String text = place.text(request.connect());
            if (!text.isEmpty()
                    && text.length() <= Credentials.MOST_BYTES
                    && !found.contains(text)) {
                found.add(text);
            }
        }
        return found;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

import java.util.List;

/**
 * What a {@link Backend} is asked: all that its answer depends on, so that equal questions need not
 * be asked twice. Immutable; prints no secret.
 *
 * @param credential the one that it would judge
 * @param context whatever else it looks at, such as the client's address
 */
public record Question(Credential credential, List<String> context) {
    /** About a credential and nothing else. */
    public Question(Credential credential) {
        this(credential, List.of());
    }

    public Question {
        context = List.copyOf(context);
    }

    /** Without the context, which is the client's to choose. */
    @Override
    public String toString() {
        return "Question[" + credential.kind().word() + "]";
    }
}

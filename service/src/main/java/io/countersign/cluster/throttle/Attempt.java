// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster.throttle;

/**
 * What is known of a login before anybody looked at its credential. Texts are empty when there is
 * nothing.
 *
 * @param address as the server sees it
 * @param user the name that is claimed
 * @param isNameShown false if the name may be a secret in the wrong place
 * @param client MQTT client id
 * @param server name of the server that asks
 * @param isGuess whether there is a secret in it that may be a guess; what has none fails uncounted
 */
public record Attempt(
        String address,
        String user,
        boolean isNameShown,
        String client,
        String server,
        boolean isGuess) {}

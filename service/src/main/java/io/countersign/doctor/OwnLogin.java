// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.nats.PlainLogin;
import io.countersign.protocol.SignedUser;
import java.util.Optional;

/**
 * A login that we hold the secrets of.
 *
 * @param user as {@code auth_users} would name it: a user's public key, or a name
 * @param jwt in operator mode, when it could be read
 * @param source where it is, for people
 */
record OwnLogin(PlainLogin login, String user, Optional<SignedUser> jwt, String source) {}

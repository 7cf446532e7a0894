// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.protocol.SignedUser;
import java.util.Optional;

/**
 * The client whose login is tried.
 *
 * @param invented by the doctor: nobody has this login, and the service should say so
 * @param user public key or name that it presents; empty for a token
 * @param jwt user JWT that it presents
 */
record ClientSeen(boolean invented, String user, Optional<SignedUser> jwt) {}

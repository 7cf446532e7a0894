// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import java.time.Instant;
import java.util.Optional;

/**
 * A token that a user may log in with.
 *
 * @param id what people call it, for entries and files; not secret
 */
public record UserToken(String id, TokenHash hash, Optional<Instant> expires) {}

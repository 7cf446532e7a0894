/**
 * Users of a file: their password hashes, tokens and nkeys, and what it takes to check them without
 * hurting anybody else's login.
 *
 * <p>Must not know policy, the NATS client, or the file's format: {@code config} reads it into
 * {@link io.countersign.identity.users.User}.
 */
@NullMarked
package io.countersign.identity.users;

import org.jspecify.annotations.NullMarked;

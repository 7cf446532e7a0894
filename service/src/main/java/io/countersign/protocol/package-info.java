/**
 * The auth callout protocol: requests decoded and verified, user JWTs and answers made, and the
 * operator and account JWTs of a set-up (NATS ADR-26; our reference sections 1, 2, 4 and 6).
 *
 * <p>Does no I/O and knows no policy.
 */
@NullMarked
package io.countersign.protocol;

import org.jspecify.annotations.NullMarked;

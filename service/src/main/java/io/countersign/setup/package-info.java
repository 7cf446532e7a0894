/**
 * Makes a working, least-privilege NATS configuration from nothing, in operator and in static mode,
 * and the files that the service starts with (design, decisions 5 and 16; reference 3).
 *
 * <p>It returns what it did as values and prints nothing. It must not know the command line, and it
 * imports no NATS client: what has to travel over NATS is handed to a {@link ClaimsPublisher}.
 */
@NullMarked
package io.countersign.setup;

import org.jspecify.annotations.NullMarked;

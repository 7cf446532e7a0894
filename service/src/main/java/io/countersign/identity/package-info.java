/**
 * Who the client is: credentials, authenticators and their chain.
 *
 * <p>Must not know policy or the NATS client.
 */
@NullMarked
package io.countersign.identity;

import org.jspecify.annotations.NullMarked;

/**
 * Everything that speaks to NATS: connections, the responder, service discovery, questions to the
 * system account and to our peers.
 *
 * <p>The only package that imports the NATS client.
 */
@NullMarked
package io.countersign.nats;

import org.jspecify.annotations.NullMarked;

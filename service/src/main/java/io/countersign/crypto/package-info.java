/**
 * NATS keys and what is done with them: nkey coding, seeds, Ed25519 signatures, the xkey box, and
 * rings of old and new keys.
 *
 * <p>The only package that sees a seed. It must not know JWT, NATS or configuration.
 */
@NullMarked
package io.countersign.crypto;

import org.jspecify.annotations.NullMarked;

/**
 * The whole job on one page: {@link io.countersign.callout.Callout} takes a sealed question and
 * gives a sealed answer.
 *
 * <p>Must not know the NATS client, nor Hazelcast's types.
 */
@NullMarked
package io.countersign.callout;

import org.jspecify.annotations.NullMarked;

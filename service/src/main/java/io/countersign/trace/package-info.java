// SPDX-License-Identifier: Apache-2.0
/**
 * How a decision is told while it is made: spans and stages, for whoever records them.
 *
 * <p>Must not know how they are recorded, nor anything else of ours: everybody on the request's way
 * may tell, and only {@code telemetry} listens.
 */
@NullMarked
package io.countersign.trace;

import org.jspecify.annotations.NullMarked;

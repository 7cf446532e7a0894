// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/** How well a client fits the conditions of a rule. */
enum Fit {
    WHOLE,
    /** All holds but the network. */
    BUT_NETWORK,
    /** All holds but the kind of connection. */
    BUT_CONNECTION,
    NONE
}

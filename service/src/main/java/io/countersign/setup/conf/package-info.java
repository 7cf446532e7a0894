// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the configuration of a nats-server and finds out who may log in there. Knows the file
 * format and what a server makes of it; must not know how our own files are laid out, and never
 * puts a secret that it read into a message.
 */
@NullMarked
package io.countersign.setup.conf;

import org.jspecify.annotations.NullMarked;

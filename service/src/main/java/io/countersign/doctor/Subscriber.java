// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/**
 * Somebody who hears questions of servers.
 *
 * @param group queue group; empty without one
 */
record Subscriber(String server, String account, String subject, String group, long cid) {}

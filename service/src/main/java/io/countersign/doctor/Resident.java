// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/** An open connection in the callout account. */
record Resident(String server, long cid, String name, String user) {}

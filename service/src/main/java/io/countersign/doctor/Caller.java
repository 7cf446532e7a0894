// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import io.countersign.identity.HostAddress;

/** Somebody who is connected to a server, by the name that he came with. */
record Caller(HostAddress address, String name) {}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/** An instance that told of itself ({@code $SRV.INFO}). */
record InstanceSeen(String name, String cluster, String version, String queueGroup) {}

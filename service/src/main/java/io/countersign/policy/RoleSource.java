// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * A role: permissions with a name, to be named by grants.
 *
 * @param path of the role ({@code roles.telemetry})
 */
public record RoleSource(String path, String name, SideSource publish, SideSource subscribe) {}

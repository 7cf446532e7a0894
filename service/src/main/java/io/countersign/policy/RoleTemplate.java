// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/**
 * Permissions of a role, compiled.
 *
 * @param replies whether its services have to answer requests
 */
record RoleTemplate(SideTemplate publish, SideTemplate subscribe, boolean replies) {}

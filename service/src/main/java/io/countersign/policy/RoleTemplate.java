// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

/** Permissions of a role, compiled. */
record RoleTemplate(SideTemplate publish, SideTemplate subscribe) {}

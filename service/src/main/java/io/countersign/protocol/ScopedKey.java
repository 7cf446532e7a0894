// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import io.countersign.crypto.NKey;

/**
 * A signing key whose users get the permissions of its template, whatever their JWT says (reference
 * 4). The template's subjects may have operators such as <code>{{name()}}</code>.
 *
 * @param role a name for people; may be empty
 * @param bearer users need no seed
 */
public record ScopedKey(NKey key, String role, Permissions template, boolean bearer) {}

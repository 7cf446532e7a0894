// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.access;

import io.countersign.identity.users.PasswordHash;

/**
 * A line of the users file.
 *
 * @param mustChange true if the password was made by us: it lets in once, to set another
 */
public record LocalUser(Viewer viewer, PasswordHash password, boolean mustChange) {
    @Override
    public String toString() {
        return viewer.toString();
    }
}

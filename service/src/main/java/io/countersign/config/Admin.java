// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

/**
 * Somebody who may send admin requests.
 *
 * @param name author of what it does
 * @param key public user nkey
 */
public record Admin(String name, String key, Role role) {
    /** What it may do. */
    public enum Role {
        /** Ask. */
        VIEW,
        /** Also revoke and lift. */
        OPERATE
    }
}

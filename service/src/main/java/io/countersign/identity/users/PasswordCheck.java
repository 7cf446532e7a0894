// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

/** What checking a password against a hash came to. */
public enum PasswordCheck {
    RIGHT,
    WRONG,
    /** Not hashed in time: the pool is full, or the deadline passed. Says nothing about it. */
    UNDECIDED
}

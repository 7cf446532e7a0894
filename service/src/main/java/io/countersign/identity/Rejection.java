// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity;

/** Why a credential was rejected. */
public enum Rejection {
    BAD_CREDENTIAL,
    EXPIRED_CREDENTIAL,
    /** The source itself limits this user to other networks. */
    ADDRESS_NOT_ALLOWED,
    /** The source itself limits this user to other kinds of connection. */
    CONNECTION_TYPE_NOT_ALLOWED
}

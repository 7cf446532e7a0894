// SPDX-License-Identifier: Apache-2.0
/**
 * Users in a table of a database.
 *
 * <p>The only package of identity that knows databases. Must not know other kinds of
 * authenticators, except for the hashes of passwords.
 */
@NullMarked
package io.countersign.identity.sql;

import org.jspecify.annotations.NullMarked;

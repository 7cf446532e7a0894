// SPDX-License-Identifier: Apache-2.0
/**
 * Users in an LDAP directory.
 *
 * <p>The only package that knows the LDAP library. Must not know other kinds of authenticators.
 */
@NullMarked
package io.countersign.identity.ldap;

import org.jspecify.annotations.NullMarked;

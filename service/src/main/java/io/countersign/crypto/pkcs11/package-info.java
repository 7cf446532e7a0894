// SPDX-License-Identifier: Apache-2.0
/**
 * Keys that live on a PKCS#11 token and sign there. The module's C functions are called directly:
 * the JDK's own provider knows no EdDSA.
 *
 * <p>Must not know where modules and PINs are configured.
 */
@NullMarked
package io.countersign.crypto.pkcs11;

import org.jspecify.annotations.NullMarked;

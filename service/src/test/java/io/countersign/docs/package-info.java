// SPDX-License-Identifier: Apache-2.0
/** Holds the pages below {@code ops/docs} to what the code does. */
@NullMarked
package io.countersign.docs;

import org.jspecify.annotations.NullMarked;

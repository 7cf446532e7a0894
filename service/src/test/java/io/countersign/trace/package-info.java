// SPDX-License-Identifier: Apache-2.0
/** Tests of what is told while a decision is made. */
@NullMarked
package io.countersign.trace;

import org.jspecify.annotations.NullMarked;

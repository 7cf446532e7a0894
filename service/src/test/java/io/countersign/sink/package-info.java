// SPDX-License-Identifier: Apache-2.0
/** Tests of sinks, against real counterparts. */
@NullMarked
package io.countersign.sink;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/** Rotations on paper: real files and keys, and a system that does what it is told. */
@NullMarked
package io.countersign.rotation;

import org.jspecify.annotations.NullMarked;

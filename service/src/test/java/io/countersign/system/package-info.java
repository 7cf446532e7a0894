/** Whole systems: what setup writes, real servers, instances, and clients that try to get in. */
@NullMarked
package io.countersign.system;

import org.jspecify.annotations.NullMarked;

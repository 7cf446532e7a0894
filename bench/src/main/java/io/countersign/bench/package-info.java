/** Benchmarks of the request path, each against its floor in the same run. */
@NullMarked
package io.countersign.bench;

import org.jspecify.annotations.NullMarked;

/** Commands, wiring and exit codes: the only package that writes to standard output. */
@NullMarked
package io.countersign.cli;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.countersign.bench;

import org.jspecify.annotations.NullMarked;

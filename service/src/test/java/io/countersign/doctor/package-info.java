/** Faults made on real servers, and what the doctor says about them. */
@NullMarked
package io.countersign.doctor;

import org.jspecify.annotations.NullMarked;

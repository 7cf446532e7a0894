/**
 * Finds out why a set-up does not work, by looking at our files, at the servers and at a real
 * login: {@link io.countersign.doctor.Examination} gathers {@link io.countersign.doctor.Evidence},
 * and each of the {@link io.countersign.doctor.Checks} judges it, without looking further itself.
 *
 * <p>Changes nothing. Does not know how a set-up is made, nor what prints a diagnosis.
 */
@NullMarked
package io.countersign.doctor;

import org.jspecify.annotations.NullMarked;

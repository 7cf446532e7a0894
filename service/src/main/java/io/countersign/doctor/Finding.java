// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/**
 * Something that is wrong.
 *
 * @param id stable, kebab-case; a row of {@code ops/docs/doctor.md}
 * @param seen this time
 * @param why it matters
 * @param mend a command to run or a line to write
 */
public record Finding(String id, Severity severity, String seen, String why, String mend) {}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

/**
 * What a check saw.
 *
 * @param seen this time: names, keys and figures, never a secret
 * @param mend a command to run or a line to write
 */
record Sign(String seen, String mend) {}

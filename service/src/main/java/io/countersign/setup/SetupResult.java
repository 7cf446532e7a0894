// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import java.nio.file.Path;
import java.util.List;

/**
 * A set-up that is there.
 *
 * @param folder absolute
 * @param files every file of it, absolute, in the order of writing
 * @param passwords to be shown once; they are nowhere in the clear
 * @param summary what was made and what to do next, lines without secrets; also in the folder's
 *     {@code README.txt}
 */
public record SetupResult(
        Path folder, List<Path> files, List<OneTimePassword> passwords, List<String> summary) {
    public SetupResult {
        files = List.copyOf(files);
        passwords = List.copyOf(passwords);
        summary = List.copyOf(summary);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the page of an entry says of its proof, and what the command line makes of that. */
record ProvenEntry(RealStack stack, Page page) {
    /**
     * The instance signs a checkpoint over it, the other one co-signs, the view reads both; and
     * whoever has the keys comes to the same with the two files.
     */
    void holdsElsewhere() throws Exception {
        String entry = page.url();
        SystemIT.until(page, entry, ".proof dt:text-is('Witness')");
        Locator proof = page.locator(".proof");
        assertThat(proof.innerText())
                .contains("that its instance signed and a witness co-signed.")
                .doesNotContain("NOT verified");
        String vkey = fact("Log's key");
        String witness = fact("Witness");
        Chrome.shoot(page, "system-proof");
        SystemIT.onAPhone(page, "system-proof-phone");

        byte[] body = page.request().get(entry + ".json").body();
        String text = page.request().get(entry + ".tlog-proof").text();
        Path folder = Files.createTempDirectory(stack.folder(), "proof");
        Path written = Files.writeString(folder.resolve("entry.tlog-proof"), text);
        Path whole = Files.write(folder.resolve("entry.json"), body);
        body[body.length / 2] ^= 1;
        Path bent = Files.write(folder.resolve("bent.json"), body);
        for (String key : stack.witnesses()) {
            // An instance does not witness its own log.
            boolean signed = witness.startsWith(key.substring(0, key.indexOf('+')) + ", at ");
            assertThat(verify(written, whole, vkey, key)).as(key).isEqualTo(signed ? 0 : 1);
            assertThat(signed ? verify(written, bent, vkey, key) : 1).isOne();
        }
        // Beside each trail, how far it was signed by somebody else.
        SystemIT.until(
                page,
                stack.view().url() + "instances",
                ".trail:has-text('of them co-signed by countersign/')");
        page.navigate(entry);
    }

    private String fact(String name) {
        return page.locator(".proof dt:text-is(\"" + name + "\") + dd bdi").innerText().strip();
    }

    private int verify(Path proof, Path entry, String vkey, String witness) throws Exception {
        return stack.run(
                "audit",
                "verify",
                "--proof",
                proof.toString(),
                "--entry",
                entry.toString(),
                "--vkey",
                vkey,
                "--witness",
                witness);
    }

    /** Nobody gave the view a witness's key: it tells of the signature, and vouches for nothing. */
    void isNotWitnessed() {
        SystemIT.until(page, page.url(), ".proof dt:text-is('Says to be a witness')");
        assertThat(page.locator(".proof").innerText())
                .contains("/witness: NOT verified")
                .contains("under a checkpoint that its instance signed.");
    }
}

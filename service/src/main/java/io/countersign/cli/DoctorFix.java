// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.doctor.Diagnosis;
import io.countersign.doctor.ModeFix;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;

/** Does what the doctor may mend itself, after showing it. */
record DoctorFix(Diagnosis diagnosis, PrintWriter out) {
    /**
     * @param confirmed asks whether it is wanted
     */
    void run(BooleanSupplier confirmed) throws IOException {
        out.println();
        if (diagnosis.fixes().isEmpty()) {
            out.println("Nothing that the doctor could mend itself.");
            return;
        }
        out.println("The doctor would:");
        diagnosis.fixes().forEach(fix -> out.println("  " + PlainText.of(fix.command())));
        out.flush();
        if (!confirmed.getAsBoolean()) {
            out.println("Nothing was changed.");
            return;
        }
        for (ModeFix fix : diagnosis.fixes()) {
            fix.apply();
        }
        out.println("Done. Ask the doctor again.");
    }
}

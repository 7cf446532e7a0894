// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * Signed records as text: one a line after a first line that says so. Who has such a file can bring
 * its revocations into force in a cluster of the same secret, and change none of them.
 */
public final class RecordFile {
    private static final String FIRST = "countersign revocations 1";

    /** What fits into one message. */
    private static final int BATCH = 256 * 1024;

    private RecordFile() {}

    /**
     * Writes all records of an instance's file, also while it runs.
     *
     * @return how many
     * @throws IOException if a record is not of this secret
     */
    public static int write(Path database, RevocationSeal seal, PrintWriter out)
            throws IOException {
        int[] count = {0};
        try (RevocationStore store = RevocationStore.open(database, seal)) {
            out.println(FIRST);
            int bad =
                    store.load(record -> {
                        out.println(Base64.getEncoder().encodeToString(record.raw()));
                        count[0]++;
                    });
            out.flush();
            if (bad > 0) {
                throw new IOException(
                        bad + " records are damaged or of another secret; they are left out");
            }
        }
        return count[0];
    }

    /**
     * Reads such a text in batches, each packed as instances take it.
     *
     * @return how many records
     * @throws IOException with the number of the line that is none
     */
    public static int read(BufferedReader in, Consumer<byte[]> batches) throws IOException {
        if (!FIRST.equals(in.readLine())) {
            throw new IOException("line 1: expected: " + FIRST);
        }
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        int count = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            batch.writeBytes(packed(line, count + 2));
            count++;
            if (batch.size() > BATCH - RevocationSeal.LONGEST) {
                batches.accept(batch.toByteArray());
                batch.reset();
            }
        }
        if (batch.size() > 0) {
            batches.accept(batch.toByteArray());
        }
        return count;
    }

    private static byte[] packed(String line, int number) throws IOException {
        try {
            byte[] record = Base64.getDecoder().decode(line);
            if (record.length > 0 && record.length <= RevocationSeal.LONGEST) {
                return GridAnswers.packed(List.of(new UnknownRecord(record)));
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        throw new IOException("line " + number + ": expected: a record in base64");
    }
}

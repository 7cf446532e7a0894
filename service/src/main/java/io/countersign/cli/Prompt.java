// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.rotation.Teller;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;

/** Tells whoever sits there, and takes "yes" for a yes and everything else for a no. */
final class Prompt implements Teller {
    private final PrintWriter out;
    private final InputStream in;
    private final boolean isAgreed;

    /** {@code isAgreed}: every answer is yes, and nobody is asked. */
    Prompt(PrintWriter out, InputStream in, boolean isAgreed) {
        this.out = out;
        this.in = in;
        this.isAgreed = isAgreed;
    }

    @Override
    public void tell(String line) {
        out.println(PlainText.of(line));
        out.flush();
    }

    @Override
    public boolean agrees(String question) {
        if (isAgreed) {
            return true;
        }
        out.print("  " + PlainText.of(question) + " (yes/no) ");
        out.flush();
        String answer = line();
        return answer.equals("yes") || answer.equals("y");
    }

    /** Byte by byte: what comes behind it is the answer to the next question. */
    private String line() {
        StringBuilder line = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n' && line.length() < 16; c = in.read()) {
                line.append((char) c);
            }
        } catch (IOException nobody) {
            return "";
        }
        return line.toString().strip();
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }
}

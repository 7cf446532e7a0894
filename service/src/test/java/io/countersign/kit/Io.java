// SPDX-License-Identifier: Apache-2.0
package io.countersign.kit;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Work with sockets and files whose failure no test handles: it fails the test. */
public interface Io<T> {
    T run() throws IOException;

    /** Work without a result. */
    interface Action {
        void run() throws IOException;
    }

    static <T> T get(Io<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void run(Action work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

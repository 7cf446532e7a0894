// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Tokens of a block in their order, each with its slots, in pieces of about four kilobytes. A piece
 * is found by its first token; within it, tokens leave out what they share with the one before.
 */
final class Chunks {
    private static final int FULL = 4096;

    private Chunks() {}

    static void write(SortedMap<String, byte[]> postings, BiConsumer<String, byte[]> chunks) {
        Packer packer = new Packer();
        String first = "";
        String before = "";
        for (Map.Entry<String, byte[]> posting : postings.entrySet()) {
            String token = posting.getKey();
            byte[] slots = posting.getValue();
            if (packer.size() > 0 && packer.size() + token.length() + slots.length > FULL) {
                chunks.accept(first, packer.take());
            }
            if (packer.size() == 0) {
                first = token;
                before = "";
            }
            int shared = shared(before, token);
            packer.number(shared);
            packer.number(token.length() - shared);
            packer.bytes(token.getBytes(ISO_8859_1), shared, token.length() - shared);
            packer.number(slots.length);
            packer.bytes(slots, 0, slots.length);
            before = token;
        }
        if (packer.size() > 0) {
            chunks.accept(first, packer.take());
        }
    }

    private static int shared(String a, String b) {
        int most = Math.min(a.length(), b.length());
        int n = 0;
        while (n < most && a.charAt(n) == b.charAt(n)) {
            n++;
        }
        return n;
    }

    /** Takes a token's slots. */
    interface Visitor {
        void posting(String token, byte[] bytes, int from, int length);
    }

    /** Visits the tokens that are wanted; ends behind {@code last}. */
    static void read(byte[] chunk, Predicate<String> wanted, String last, Visitor visitor) {
        Packer.Reader reader = new Packer.Reader(chunk);
        byte[] token = new byte[2048];
        while (reader.hasMore()) {
            int shared = reader.number();
            int more = reader.number();
            System.arraycopy(chunk, reader.skip(more), token, shared, more);
            int length = reader.number();
            int from = reader.skip(length);
            String text = new String(token, 0, shared + more, ISO_8859_1);
            if (wanted.test(text)) {
                visitor.posting(text, chunk, from, length);
            }
            if (text.compareTo(last) > 0) {
                return;
            }
        }
    }
}

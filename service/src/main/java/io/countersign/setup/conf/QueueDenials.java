// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup.conf;

import io.countersign.protocol.Subjects;
import java.util.List;

/**
 * A denied queue beside a denied subject without one: nats-server 2.10 takes two denials for less
 * than one, so a policy may not say both. Where the plain one covers the queue's, that alone says
 * all.
 */
final class QueueDenials {
    private QueueDenials() {}

    static List<String> told(List<String> deny) throws RightsReader.Untranslatable {
        List<String> plain = deny.stream().filter(it -> it.indexOf(' ') < 0).toList();
        List<String> told =
                deny.stream()
                        .filter(it ->
                                it.indexOf(' ') < 0
                                        || plain.stream()
                                                .noneMatch(p -> Subjects.covers(p, subject(it))))
                        .toList();
        for (String one : told) {
            for (String other : plain) {
                if (one.indexOf(' ') >= 0 && overlap(subject(one), other)) {
                    throw new RightsReader.Untranslatable(
                            "the denied \"" + one + "\" and \"" + other + "\" overlap");
                }
            }
        }
        return told;
    }

    private static String subject(String withQueue) {
        return withQueue.split(" ", 2)[0];
    }

    private static boolean overlap(String one, String other) {
        String[] mine = one.split("\\.", -1);
        String[] theirs = other.split("\\.", -1);
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            if (mine[i].equals(">") || theirs[i].equals(">")) {
                return true;
            }
            if (!mine[i].equals(theirs[i]) && !mine[i].equals("*") && !theirs[i].equals("*")) {
                return false;
            }
        }
        return mine.length == theirs.length;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.policy.Shorthand;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code inbox}, {@code consumers}, {@code buckets} and {@code services}. Stateless. */
final class ShorthandReader {
    private ShorthandReader() {}

    /**
     * All of a grant or role; what has a problem is left out.
     *
     * @param at the grant or role
     */
    static List<Shorthand> read(ConfigReader at) {
        List<Shorthand> all = new ArrayList<>();
        ConfigReader inbox = at.key("inbox");
        inbox.text().ifPresent(prefix -> all.add(new Shorthand.Inbox(path(inbox), prefix)));
        for (ConfigReader item : at.key("consumers").items()) {
            item.build(() -> consumer(item)).ifPresent(all::add);
        }
        for (ConfigReader item : at.key("buckets").items()) {
            item.build(() -> bucket(item)).ifPresent(all::add);
        }
        for (ConfigReader item : at.key("services").items()) {
            item.build(() -> service(item)).ifPresent(all::add);
        }
        return all;
    }

    private static Shorthand.Consumer consumer(ConfigReader at) {
        return new Shorthand.Consumer(
                path(at),
                at.key("stream").text(""),
                at.key("consumer").text(""),
                at.key("deliver").text(),
                at.key("queue").text(),
                at.key("ack").flag(true));
    }

    private static Shorthand.Bucket bucket(ConfigReader at) {
        return new Shorthand.Bucket(
                path(at),
                at.key("bucket").text(""),
                at.key("read").texts(),
                at.key("write").texts());
    }

    private static Shorthand.Service service(ConfigReader at) {
        return new Shorthand.Service(
                path(at),
                at.key("serve").text(),
                at.key("call").text(),
                at.key("endpoints").texts(),
                at.key("queue").text());
    }

    private static String path(ConfigReader at) {
        return at.path().toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.kit.RawClient;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a user must be able to do, and samples of what it must not, as {@code subject} or {@code
 * subject queue}. Tried on a server, not read from a file.
 */
record Rights(
        List<String> publishes,
        List<String> mayNotPublish,
        List<String> subscribes,
        List<String> mayNotSubscribe) {
    static final Rights CALLOUT =
            new Rights(
                    List.of(
                            "$SYS._INBOX.abcdefgh.ijklmnop",
                            "_INBOX.asker.1",
                            "countersign.peer.n1"),
                    List.of(
                            "$SYS.REQ.USER.AUTH",
                            "$SYS.REQ.SERVER.PING",
                            "$JS.API.INFO",
                            "$SRV.PING",
                            "countersign.audit.n1.log",
                            "countersign.admin.kick",
                            "app.orders"),
                    List.of(
                            "$SYS.REQ.USER.AUTH countersign",
                            "$SYS.ACCOUNT.CLIENT.AUTH.ERR",
                            "$SRV.PING",
                            "$SRV.PING.countersign",
                            "$SRV.PING.countersign.ID1",
                            "$SRV.INFO",
                            "$SRV.INFO.countersign",
                            "$SRV.INFO.countersign.ID1",
                            "$SRV.STATS",
                            "$SRV.STATS.countersign",
                            "$SRV.STATS.countersign.ID1",
                            "countersign.peer.>",
                            "_INBOX.mine.*"),
                    List.of(
                            "$SYS.REQ.USER.AUTH",
                            "$SYS.REQ.USER.AUTH other",
                            "$SYS.REQ.USER.* countersign",
                            "$SYS._INBOX.>",
                            "$SRV.PING.other",
                            "countersign.>",
                            "app.orders",
                            ">"));

    static final Rights OPERATIONS =
            new Rights(
                    List.of(
                            "countersign.audit.n1.log",
                            "countersign.admin.kick",
                            "$SRV.PING.countersign",
                            "$JS.API.INFO",
                            "$JS.API.STREAM.INFO.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.CREATE.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.MSG.GET.COUNTERSIGN_AUDIT",
                            "$JS.API.CONSUMER.CREATE.COUNTERSIGN_AUDIT.c.f",
                            "$JS.API.CONSUMER.INFO.COUNTERSIGN_AUDIT.c",
                            "$JS.API.CONSUMER.MSG.NEXT.COUNTERSIGN_AUDIT.c",
                            "$JS.ACK.COUNTERSIGN_AUDIT.c.1.2.3.4.5",
                            "_INBOX.asker.1"),
                    List.of(
                            "app.orders",
                            "$SYS.REQ.SERVER.PING",
                            "$KV.bucket.key",
                            "$JS.API.STREAM.DELETE.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.PURGE.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.UPDATE.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.MSG.DELETE.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.SNAPSHOT.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.CREATE.OTHER"),
                    List.of("countersign.>", "$SRV.>", "_INBOX.mine.*"),
                    List.of("app.orders", "$JS.EVENT.ADVISORY.>", ">"));

    static final Rights ADMIN =
            new Rights(
                    List.of("countersign.admin.kick", "$SRV.PING.countersign", "$JS.API.INFO"),
                    List.of("countersign.audit.n1.log", "app.orders"),
                    List.of("countersign.>", "$SRV.>", "_INBOX.mine.*"),
                    List.of("app.orders", ">"));

    static final Rights SYSTEM =
            new Rights(
                    List.of("$SYS.REQ.SERVER.PING", "_INBOX.asker.1"),
                    List.of("$SYS.ACCOUNT.A.CONNECT", "$SYS.SERVER.N.STATSZ", "app.orders"),
                    List.of("_INBOX.mine.*", "$SYS.ACCOUNT.*.CONNECT", "$SYS.SERVER.*.STATSZ"),
                    List.of("$SYS.>", "$SYS.REQ.>", "app.orders", ">"));

    static final Rights NONE =
            new Rights(
                    List.of(),
                    List.of("app.orders", "$SYS._INBOX.a.b", "$SYS.REQ.USER.AUTH", "_INBOX.a"),
                    List.of(),
                    List.of("app.orders", "$SYS.REQ.USER.AUTH countersign", "_INBOX.a", ">"));

    /** Tries everything; the failure message lists all that differs. */
    void assertHolds(RawClient client) {
        Stream<String> publishing =
                Stream.concat(
                        publishes.stream()
                                .filter(subject -> !client.canPublish(subject))
                                .map(subject -> "cannot publish " + subject),
                        mayNotPublish.stream()
                                .filter(client::canPublish)
                                .map(subject -> "can publish " + subject));
        Stream<String> subscribing =
                Stream.concat(
                        subscribes.stream()
                                .filter(subject -> !client.canSubscribe(subject))
                                .map(subject -> "cannot subscribe " + subject),
                        mayNotSubscribe.stream()
                                .filter(client::canSubscribe)
                                .map(subject -> "can subscribe " + subject));
        assertThat(Stream.concat(publishing, subscribing)).isEmpty();
    }
}

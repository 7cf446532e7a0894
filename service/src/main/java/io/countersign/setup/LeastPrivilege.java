// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.protocol.Permissions;
import io.countersign.protocol.SubjectPermissions;
import java.util.List;
import java.util.Optional;

/**
 * What each user that a set-up makes may do, and nothing beyond (reference 8; tried with both
 * server lines). Servers and service use the same users in both modes.
 */
final class LeastPrivilege {
    private static final String INBOX = "_INBOX.>";

    /**
     * Takes requests, but only as a member of the group: a plain subscriber would read every
     * password besides. Answers go to the server's own inbox, {@code $SYS._INBOX.>}. Instances talk
     * to one another on {@code countersign.peer.>}.
     */
    static final Permissions CALLOUT =
            permissions(
                    List.of("$SYS._INBOX.>", INBOX, "countersign.peer.>"),
                    List.of(
                            "$SYS.REQ.USER.AUTH countersign",
                            "$SYS.ACCOUNT.CLIENT.AUTH.ERR",
                            "$SRV.PING",
                            "$SRV.PING.countersign",
                            "$SRV.PING.countersign.*",
                            "$SRV.INFO",
                            "$SRV.INFO.countersign",
                            "$SRV.INFO.countersign.*",
                            "$SRV.STATS",
                            "$SRV.STATS.countersign",
                            "$SRV.STATS.countersign.*",
                            "countersign.peer.>",
                            INBOX));

    /**
     * The service in the operations account: audit stream, admin requests, discovery. It makes the
     * stream, writes and reads it, and can neither change it nor take anything out of it: whoever
     * breaks into an instance must not get at what the others hold of its log.
     */
    static final Permissions OPERATIONS =
            permissions(
                    List.of(
                            "countersign.>",
                            "$SRV.>",
                            "$JS.API.INFO",
                            "$JS.API.STREAM.INFO.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.CREATE.COUNTERSIGN_AUDIT",
                            "$JS.API.STREAM.MSG.GET.COUNTERSIGN_AUDIT",
                            "$JS.API.CONSUMER.*.COUNTERSIGN_AUDIT",
                            "$JS.API.CONSUMER.*.COUNTERSIGN_AUDIT.>",
                            "$JS.API.CONSUMER.*.*.COUNTERSIGN_AUDIT.>",
                            "$JS.ACK.COUNTERSIGN_AUDIT.>",
                            INBOX),
                    List.of("countersign.>", "$SRV.>", INBOX));

    /**
     * People in the operations account: they ask, read the stream and decide how long it keeps
     * what, but write no entries.
     */
    static final Permissions ADMIN =
            permissions(
                    List.of("countersign.admin.>", "$SRV.>", "$JS.API.>", "$JS.ACK.>", INBOX),
                    List.of("countersign.>", "$SRV.>", INBOX));

    /** The service in the system account: knowing servers, listing and cutting sessions. */
    static final Permissions SYSTEM =
            permissions(
                    List.of("$SYS.REQ.>", INBOX),
                    List.of(INBOX, "$SYS.ACCOUNT.>", "$SYS.SERVER.>"));

    private LeastPrivilege() {}

    private static Permissions permissions(List<String> publish, List<String> subscribe) {
        return new Permissions(
                new SubjectPermissions(publish, List.of()),
                new SubjectPermissions(subscribe, List.of()),
                Optional.empty());
    }
}

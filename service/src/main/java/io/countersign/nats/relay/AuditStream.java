// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.relay;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream {@code COUNTERSIGN_AUDIT}: made when it is missing, compared with what it should be
 * when it is there. What differs is said and never changed behind the operator's back.
 */
final class AuditStream {
    static final String NAME = "COUNTERSIGN_AUDIT";

    static final int NO_STREAM = 10_059;
    static final int NO_MESSAGE = 10_037;
    private static final int NO_REPLICAS_WITHOUT_CLUSTER = 10_074;
    private static final int IN_A_CLUSTER = 3;
    private static final Duration API_LIMIT = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(AuditStream.class);

    private final StreamSettings settings;
    private List<String> complained = List.of();

    AuditStream(StreamSettings settings) {
        this.settings = settings;
    }

    static JetStreamOptions options() {
        return JetStreamOptions.builder().requestTimeout(API_LIMIT).build();
    }

    static JetStreamManagement management(Connection connection) throws IOException {
        return connection.jetStreamManagement(options());
    }

    /**
     * The stream as it is, after it was made or compared.
     *
     * @throws JetStreamApiException if it is not there and cannot or may not be made
     */
    StreamInfo ensure(Connection connection) throws IOException, JetStreamApiException {
        JetStreamManagement management = management(connection);
        StreamInfo info;
        try {
            info = management.getStreamInfo(NAME);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != NO_STREAM || !settings.create()) {
                throw e;
            }
            info = create(management);
        }
        return compare(management, info);
    }

    private StreamInfo create(JetStreamManagement management)
            throws IOException, JetStreamApiException {
        StreamInfo made;
        try {
            made = management.addStream(wanted(settings.replicas().orElse(IN_A_CLUSTER)));
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != NO_REPLICAS_WITHOUT_CLUSTER
                    || settings.replicas().isPresent()) {
                throw e;
            }
            made = management.addStream(wanted(1));
        }
        log.info(
                "made the stream {} with {} replica(s)",
                NAME,
                made.getConfiguration().getReplicas());
        return made;
    }

    private StreamConfiguration wanted(int replicas) {
        return StreamConfiguration.builder()
                .name(NAME)
                .description("Audit trails of Countersign instances")
                .subjects(LogSubject.ALL)
                .storageType(StorageType.File)
                .retentionPolicy(RetentionPolicy.Limits)
                // The newest decisions must always find room; the oldest are in the index by then.
                .discardPolicy(DiscardPolicy.Old)
                .replicas(replicas)
                .maxAge(settings.maxAge().orElse(Duration.ZERO))
                .maxBytes(settings.maxBytes().orElse(-1))
                .denyDelete(true)
                .denyPurge(true)
                // Servers before 2.12 do not know it and leave it out.
                .allowAtomicPublish(true)
                .build();
    }

    private StreamInfo compare(JetStreamManagement management, StreamInfo info)
            throws IOException, JetStreamApiException {
        StreamConfiguration is = info.getConfiguration();
        List<String> fixed = new ArrayList<>();
        differ(fixed, "subjects", is.getSubjects(), List.of(LogSubject.ALL));
        differ(fixed, "storage", is.getStorageType(), StorageType.File);
        differ(fixed, "retention", is.getRetentionPolicy(), RetentionPolicy.Limits);
        differ(fixed, "discard", is.getDiscardPolicy(), DiscardPolicy.Old);
        differ(fixed, "max-msgs", is.getMaxMsgs(), -1L);
        differ(fixed, "max-msgs-per-subject", is.getMaxMsgsPerSubject(), -1L);
        differ(fixed, "deny-delete", is.getDenyDelete(), true);
        differ(fixed, "deny-purge", is.getDenyPurge(), true);
        differ(fixed, "no-ack", is.getNoAck(), false);
        differ(fixed, "sealed", is.getSealed(), false);
        List<String> tunable = new ArrayList<>();
        int replicas = settings.replicas().orElse(is.getReplicas());
        differ(tunable, "replicas", is.getReplicas(), replicas);
        differ(tunable, "max-age", is.getMaxAge(), settings.maxAge().orElse(Duration.ZERO));
        differ(tunable, "max-bytes", is.getMaxBytes(), settings.maxBytes().orElse(-1));
        if (fixed.isEmpty() && !tunable.isEmpty() && settings.update()) {
            Optional<StreamInfo> updated = update(management, is, replicas, tunable);
            if (updated.isPresent()) {
                return updated.get();
            }
        }
        complain(fixed, tunable);
        return info;
    }

    /** Empty if the servers would not: what is there is used as it is. */
    private Optional<StreamInfo> update(
            JetStreamManagement management,
            StreamConfiguration is,
            int replicas,
            List<String> tunable) {
        try {
            StreamInfo updated =
                    management.updateStream(
                            StreamConfiguration.builder(is)
                                    .replicas(replicas)
                                    .maxAge(settings.maxAge().orElse(Duration.ZERO))
                                    .maxBytes(settings.maxBytes().orElse(-1))
                                    .build());
            log.info("changed the stream {}: {}", NAME, String.join("; ", tunable));
            return Optional.of(updated);
        } catch (IOException | JetStreamApiException e) {
            log.warn(
                    "the stream {} could not be changed (may the operations user publish to"
                            + " $JS.API.STREAM.UPDATE.{}?): {}",
                    NAME,
                    NAME,
                    e.getMessage());
            return Optional.empty();
        }
    }

    /** Once for each state of affairs, not at every reconnect. */
    private void complain(List<String> fixed, List<String> tunable) {
        List<String> all = new ArrayList<>(fixed);
        all.addAll(tunable);
        if (!all.isEmpty() && !all.equals(complained)) {
            log.warn(
                    "the stream {} is not as configured and is left as it is: {}{}",
                    NAME,
                    String.join("; ", all),
                    fixed.isEmpty() && !settings.update()
                            ? ". Set audit.stream.update to have replicas and retention changed."
                            : "");
        }
        complained = List.copyOf(all);
    }

    private static void differ(List<String> all, String what, Object is, Object should) {
        if (!Objects.equals(is, should)) {
            all.add("%s: %s (expected: %s)".formatted(what, is, should));
        }
    }
}

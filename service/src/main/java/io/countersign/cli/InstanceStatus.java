// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.callout.Admission;
import io.countersign.callout.Tally;
import io.countersign.cluster.Sessions;
import io.countersign.nats.live.LinkPlace;
import io.countersign.nats.relay.RelayStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What an instance says of itself to {@code countersign instances}.
 *
 * @param revision of the generation in force
 */
record InstanceStatus(
        Instant started,
        Supplier<String> revision,
        Sessions sessions,
        InstanceRevocations revocations,
        InstanceTrail trail,
        Admission admission,
        int queue,
        Tally tally,
        Clock clock) {
    ObjectNode json(List<LinkPlace> links) {
        ObjectNode json = PrettyJson.object();
        json.put("version", Build.version()).put("revision", revision.get());
        json.put("started", started.toString()).put("time", clock.instant().toString());
        Tally.Snapshot done = tally.snapshot();
        json.put("requests", done.requests()).put("dropped", done.dropped());
        json.put("in-flight", admission.inFlight()).put("queue", queue);
        json.put("sessions", sessions.all().size());
        json.put("members", revocations.peers().members());
        json.put("revocations", revocations.view().size());
        json.put("revocations-digest", Long.toHexString(revocations.view().digest()));
        trail.relay().ifPresent(relay -> relay(json, relay.relay().status()));
        ArrayNode array = json.putArray("links");
        links.forEach(link -> array.add(link.json()));
        return json;
    }

    private static void relay(ObjectNode json, RelayStatus status) {
        json.putObject("relay")
                .put("state", status.state().name().toLowerCase(Locale.ROOT))
                .put("behind", status.behind())
                .put("failure", status.failure());
    }
}

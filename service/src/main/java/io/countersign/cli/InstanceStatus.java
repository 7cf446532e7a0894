// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.callout.Admission;
import io.countersign.callout.Generations;
import io.countersign.callout.ReloadStatus;
import io.countersign.callout.Tally;
import io.countersign.cluster.Sessions;
import io.countersign.nats.live.LinkPlace;
import io.countersign.nats.live.Revisions;
import io.countersign.nats.relay.RelayStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What an instance says of itself to {@code countersign instances}.
 *
 * @param generations what is in force, and what the files have come to
 * @param revisions in what the others differ
 */
record InstanceStatus(
        Instant started,
        Generations generations,
        Revisions revisions,
        Sessions sessions,
        InstanceRevocations revocations,
        InstanceTrail trail,
        Admission admission,
        int queue,
        Tally tally,
        Clock clock) {
    ObjectNode json(List<LinkPlace> links) {
        ObjectNode json = PrettyJson.object();
        json.put("version", Build.version()).put("revision", revisions.own());
        files(json, generations.status());
        revisions.complaint().ifPresent(which -> json.put("revisions-differ", which));
        json.put("started", started.toString()).put("time", clock.instant().toString());
        Tally.Snapshot done = tally.snapshot();
        json.put("requests", done.requests()).put("dropped", done.dropped());
        json.put("in-flight", admission.inFlight()).put("queue", queue);
        json.put("sessions", sessions.count());
        json.put("members", revocations.peers().members());
        json.put("revocations", revocations.view().size());
        json.put("revocations-digest", Long.toHexString(revocations.view().digest()));
        trail.relay().ifPresent(relay -> relay(json, relay.relay().status()));
        ArrayNode array = json.putArray("links");
        links.forEach(link -> array.add(link.json()));
        return json;
    }

    /** Says nothing as long as what is in force is what the files say. */
    private static void files(ObjectNode json, ReloadStatus status) {
        status.refused()
                .ifPresent(refused ->
                        json.putObject("refused-files")
                                .put("since", refused.at().toString())
                                .set("problems", PrettyJson.texts(refused.problems())));
        if (!status.needRestart().isEmpty()) {
            json.set("need-restart", PrettyJson.texts(status.needRestart()));
        }
    }

    private static void relay(ObjectNode json, RelayStatus status) {
        json.putObject("relay")
                .put("state", status.state().name().toLowerCase(Locale.ROOT))
                .put("behind", status.behind())
                .put("failure", status.failure());
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import io.countersign.audit.TrailReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sinks of one instance, each with a thread and a cursor of its own. Thread-safe. */
public final class Sinks implements AutoCloseable {
    /**
     * Who sends.
     *
     * @param version of this service
     */
    public record Origin(String instance, String version) {}

    private final List<SinkRun> runs;

    private Sinks(List<SinkRun> runs) {
        this.runs = List.copyOf(runs);
    }

    /**
     * Begins to feed them; a counterpart that is away is tried until it is there.
     *
     * @param directory for their cursors; made when it is not there
     * @throws IOException if a cursor cannot be read
     */
    public static Sinks start(
            List<SinkSettings> settings, TrailReader reader, Path directory, Origin origin)
            throws IOException {
        return start(settings, reader, directory, origin, SinkRun.Pace.USUAL);
    }

    static Sinks start(
            List<SinkSettings> settings,
            TrailReader reader,
            Path directory,
            Origin origin,
            SinkRun.Pace pace)
            throws IOException {
        List<SinkRun> runs = new ArrayList<>();
        for (SinkSettings each : settings) {
            SinkCursor cursor =
                    SinkCursor.open(
                            directory.resolve(each.name() + ".cursor"), reader.origin().log());
            Sink sink = sink(each, origin.instance());
            runs.add(new SinkRun(each, sink, cursor, reader, origin.version(), pace));
        }
        runs.forEach(SinkRun::start);
        return new Sinks(runs);
    }

    private static Sink sink(SinkSettings settings, String instance) {
        return switch (settings.target()) {
            case SinkSettings.ToFile file -> new FileSink(file);
            case SinkSettings.ToSyslog syslog -> new SyslogSink(syslog, instance);
            case SinkSettings.ToWebhook webhook -> new WebhookSink(webhook);
        };
    }

    /** How each of them fares, in the order of the configuration. */
    public List<SinkStatus> statuses() {
        return runs.stream().map(SinkRun::status).toList();
    }

    @Override
    public void close() {
        runs.forEach(SinkRun::close);
    }
}

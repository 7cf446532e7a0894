// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.callout.Outcome;
import io.countersign.kit.Deployment;
import io.countersign.kit.NatsBinary;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recordings can be made anew, and servers still ask what they asked then. */
class RecorderIT {
    @ParameterizedTest
    @EnumSource
    void record_realServer_asksWhatTheRecordingsSay(NatsBinary binary, @TempDir Path folder)
            throws Exception {
        Recording.Client client = Recording.Client.TOKEN;
        List<Recording> made =
                new Recorder()
                        .record(
                                Deployment.Plan.of(Deployment.Mode.OPERATOR, binary),
                                List.of(client));
        Path file = folder.resolve("recorded.json");
        Recording.write(made, file);
        Recording back = Recording.read(file).getFirst();

        try (DecisionPath path = DecisionPath.of(back)) {
            assertThat(path.fresh().answer(back.arriving())).isInstanceOf(Outcome.Allowed.class);
        }
        Recording kept = Recording.kept(binary == NatsBinary.V2_10, back.mode(), client);
        assertThat(RecordingTest.names(back)).containsAll(RecordingTest.names(kept));
    }
}

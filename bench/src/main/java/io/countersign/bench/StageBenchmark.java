// SPDX-License-Identifier: Apache-2.0
package io.countersign.bench;

import io.countersign.audit.AuditDraft;
import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.Shadow;
import io.countersign.callout.Envelope;
import io.countersign.callout.Generation;
import io.countersign.callout.Inbound;
import io.countersign.callout.ShadowPolicy;
import io.countersign.identity.Authentication;
import io.countersign.identity.Identity;
import io.countersign.policy.Decision;
import io.countersign.policy.Grant;
import io.countersign.protocol.BadRequest;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Each stage of a login that is let in, by itself: where the time of {@link PathBenchmark} goes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class StageBenchmark {
    /** One request on its way, held at every stage. */
    @State(Scope.Benchmark)
    // JMH calls the set-up methods before anything else.
    @SuppressWarnings("NullAway.Init")
    public static class Input {
        /** Made, or as a real server sent it. */
        @Param({"SMALL", "SENTINEL", "LARGE", "RECORDED_TOKEN", "RECORDED_TOKEN_OVER_TLS"})
        public String request;

        private DecisionPath path;
        private Generation generation;
        private Instant now;
        private Inbound inbound;
        private Envelope.Opened opened;
        private VerifiedRequest verified;
        private Identity identity;
        private Grant grant;
        private Decision decision;
        private ShadowPolicy shadow;
        private String rule;
        private byte[] answer;
        private AuditDrafts drafts;

        @Setup(Level.Trial)
        public void build() throws IOException, BadRequest {
            String recorded = request.replace("RECORDED_", "");
            if (recorded.equals(request)) {
                Shape.Size size = Shape.Size.valueOf(request);
                Shape shape =
                        new Shape(Shape.Mode.OPERATOR, Shape.Box.SEALED, size, Shape.Ask.ALLOW);
                path = DecisionPath.of(shape, DecisionPath.Trail.OFF);
                inbound = path.server().ask().arriving(path.now());
            } else {
                Recording recording =
                        Recording.kept(
                                false, Shape.Mode.OPERATOR, Recording.Client.valueOf(recorded));
                path = DecisionPath.of(recording);
                inbound = recording.arriving();
            }
            generation = path.generation();
            now = path.now();
            opened = generation.envelope().open(inbound);
            verified = generation.verifier().verify(opened.jwt(), opened.serverKey(), now);
            identity = authenticated(authenticate());
            Decision.Allow allow = (Decision.Allow) decide();
            grant = allow.grant();
            decision = allow;
            shadow = ShadowPolicy.of(generation.policy());
            rule = allow.rule().value();
            answer = generation.signer().allow(verified, identity, grant, now, opened.room());
            drafts = path.drafts();
        }

        private static Identity authenticated(Authentication proof) {
            if (proof instanceof Authentication.Authenticated(var identity, _)) {
                return identity;
            }
            throw new IllegalStateException("not authenticated: " + proof);
        }

        private Authentication authenticate() {
            return generation
                    .authenticators()
                    .authenticate(verified, now, Deadline.after(Duration.ofSeconds(1)));
        }

        private Decision decide() {
            return generation.policy().decide(identity, verified, now);
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            path.close();
        }
    }

    @Benchmark
    public Envelope.Opened open(Input it) throws BadRequest {
        return it.generation.envelope().open(it.inbound);
    }

    @Benchmark
    public VerifiedRequest verify(Input it) throws BadRequest {
        return it.generation.verifier().verify(it.opened.jwt(), it.opened.serverKey(), it.now);
    }

    @Benchmark
    public Authentication authenticate(Input it) {
        return it.authenticate();
    }

    @Benchmark
    public Decision decide(Input it) {
        return it.decide();
    }

    /** What a shadow policy adds to a login: the same policy, so that nothing differs. */
    @Benchmark
    public Optional<Shadow> shadow(Input it) {
        return it.shadow.compare(it.decision, it.identity, it.verified, it.now);
    }

    @Benchmark
    public byte[] sign(Input it) {
        return it.generation
                .signer()
                .allow(it.verified, it.identity, it.grant, it.now, it.opened.room());
    }

    @Benchmark
    public byte[] seal(Input it) {
        // In place, and sealing what is sealed already takes as long.
        return it.opened.close(it.answer);
    }

    @Benchmark
    public AuditEntry draft(Input it) {
        AuditDraft draft = it.drafts.decision(it.generation.revision());
        draft.asks(it.verified);
        draft.proved(it.identity);
        draft.granted(it.grant.account(), it.grant.permissions(), it.grant.expires());
        return draft.allowed(it.rule);
    }
}

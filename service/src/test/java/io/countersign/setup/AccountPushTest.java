// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.NKey;
import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.protocol.AccountAuthorization;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedAccount;
import io.countersign.setup.ClaimsPublisher.Server;
import io.countersign.setup.ClaimsPublisher.ServerAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Account JWTs on their way to the servers; the servers are a list of what they say. */
class AccountPushTest {
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private static final Duration WITHIN = Duration.ofSeconds(1);

    @TempDir Path dir;

    private final Ed25519 ed25519 = Ed25519.best();
    private final JwtReader reader = new JwtReader(ed25519);
    private final List<byte[]> pushed = new ArrayList<>();
    private List<ServerAnswer> answers = List.of(accepted("N1"), accepted("N2"), accepted("N3"));
    private List<Server> present = List.of();
    private List<byte[]> resolver = List.of();
    private Clock clock = Clock.systemUTC();
    private Path operatorKey = Path.of("");
    private boolean force;
    private boolean reachable = true;
    private SetupResult made;

    @BeforeEach
    void setUp() throws Exception {
        made = Made.OPERATOR.cluster(dir.resolve("made"), ServerVersion.OLDEST);
        operatorKey = made.folder().resolve("keys/offline/operator.signing.nk");
        List<String> operator = List.of(Made.text(made, "operator.jwt"));
        present =
                Stream.of("1", "2", "3").map(i -> new Server("N" + i, "n" + i, operator)).toList();
    }

    @Test
    void run_everyServerAccepts_isStoredAndKept() throws Exception {
        NKey xkey = someKey(NKeyType.CURVE);
        PushReport report = run("AUTH", List.of(new AccountChange.SealFor(xkey)));

        assertThat(report.isRefused()).isFalse();
        assertThat(report.isIncomplete()).isFalse();
        assertThat(report.lines()).contains("  n1: stored", "  n2: stored", "  n3: stored");
        assertThat(authorization(pushed.getFirst()).xkey()).contains(xkey);
        assertThat(file("AUTH")).isEqualTo(pushed.getFirst());
    }

    @Test
    void run_oneServerRefuses_isToldButKept() throws Exception {
        answers =
                List.of(accepted("N1"), new ServerAnswer.Refused("N2", "is full"), accepted("N3"));
        PushReport report = run("AUTH", sealing());
        assertThat(report.isRefused()).isTrue();
        assertThat(report.lines()).contains("  n1: stored", "  n2: refused: is full");
        assertThat(file("AUTH")).isEqualTo(pushed.getFirst());
    }

    @Test
    void run_oneServerSilent_isIncomplete() throws Exception {
        answers = List.of(accepted("N1"), accepted("N3"));
        PushReport report = run("AUTH", sealing());
        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.lines()).anyMatch(line -> line.startsWith("  n2: no answer"));
    }

    @Test
    void run_oneServerDown_isIncompleteAndNamed() throws Exception {
        present = present.subList(0, 2);
        answers = List.of(accepted("N1"), accepted("N2"));
        PushReport report = run("AUTH", sealing());
        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.missing())
                .containsExactly(
                        "nats://n3: not reachable",
                        "1 of 3 servers that know one another did not answer (expected: all)");
    }

    @Test
    void run_nobodyAnswers_keepsTheOldFile() throws Exception {
        byte[] before = file("AUTH");
        answers = List.of();
        assertThat(run("AUTH", sealing()).isIncomplete()).isTrue();
        assertThat(file("AUTH")).isEqualTo(before);
    }

    @Test
    void run_staticMode_isToldAndNothingIsSent() throws Exception {
        present = present.stream().map(it -> new Server(it.id(), it.name(), List.of())).toList();
        PushReport report = run("APP", List.of());
        assertThat(report.isIncomplete()).isTrue();
        assertThat(report.lines())
                .anyMatch(line -> line.contains("n1: takes no account JWTs: its accounts are in"));
        assertThat(pushed).isEmpty();
    }

    @Test
    void run_withoutChanges_pushesTheFileAsItIs() throws Exception {
        byte[] before = file("APP");
        assertThat(run("APP", List.of()).isIncomplete()).isFalse();
        assertThat(pushed).singleElement().isEqualTo(before);
    }

    /** Servers take an older JWT without a word: what changed since would be lost. */
    @Test
    void run_serversHaveANewerOne_isRefusedBeforeSending() throws Exception {
        byte[] before = file("AUTH");
        run("AUTH", sealing());
        resolver = List.of(before, file("AUTH"));
        Files.write(made.folder().resolve("accounts/AUTH.jwt"), before);
        pushed.clear();
        for (List<AccountChange> changes : List.of(List.<AccountChange>of(), sealing())) {
            assertThatThrownBy(() -> run("AUTH", changes))
                    .isInstanceOf(PushRefused.class)
                    .hasMessageContaining("but servers have one of");
        }
        assertThat(pushed).isEmpty();
        assertThat(file("AUTH")).isEqualTo(before);

        force = true;
        run("AUTH", List.of());
        assertThat(pushed).containsExactly(before);
    }

    /** Nor does a server mind whose account it is. */
    @Test
    void run_serversOfAnotherOperator_areLeftAloneAlsoByForce() throws Exception {
        SetupResult other = Made.OPERATOR.cluster(dir.resolve("other"), ServerVersion.OLDEST);
        Server foreign = new Server("N3", "n3", List.of(Made.text(other, "operator.jwt")));
        present = List.of(present.get(0), present.get(1), foreign);
        force = true;
        assertThatThrownBy(() -> run("APP", List.of()))
                .isInstanceOf(PushRefused.class)
                .hasMessageContaining("which n3 does not trust");
        assertThat(pushed).isEmpty();
    }

    @Test
    void run_serversHaveTheSame_isPushed() throws Exception {
        resolver = List.of(file("AUTH"));
        assertThat(run("AUTH", sealing()).isIncomplete()).isFalse();
    }

    @Test
    void run_cannotBeSent_changesNothing() throws Exception {
        byte[] before = file("AUTH");
        reachable = false;
        assertThatThrownBy(() -> run("AUTH", sealing()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not connected");
        assertThat(file("AUTH")).isEqualTo(before);
    }

    @Test
    void run_twiceInOneSecond_isNewerEachTime() throws Exception {
        Instant old = account("AUTH").claims().issuedAt();
        Clock stopped = Clock.fixed(old, ZoneOffset.UTC);
        clock = stopped;
        run("AUTH", sealing());
        run("AUTH", sealing());
        assertThat(reader.readAccount(pushed.get(0)).claims().issuedAt())
                .isEqualTo(old.plusSeconds(1));
        assertThat(reader.readAccount(pushed.get(1)).claims().issuedAt())
                .isEqualTo(old.plusSeconds(2));
    }

    @Test
    void run_keysAndAccounts_comeAndGo() throws Exception {
        NKey key = someKey(NKeyType.ACCOUNT);
        NKey old = account("APP").claims().signingKeys().getFirst();
        run("APP", List.of(new AccountChange.AddSigningKey(key)));
        assertThat(account("APP").claims().signingKeys()).containsExactly(old, key);
        run("APP", List.of(new AccountChange.RemoveSigningKey(old)));
        assertThat(account("APP").claims().signingKeys()).containsExactly(key);

        NKey user = someKey(NKeyType.USER);
        AccountAuthorization before = authorization(file("AUTH"));
        run(
                "AUTH",
                List.of(
                        new AccountChange.AllowAccount(key),
                        new AccountChange.AddAuthUser(user),
                        new AccountChange.RemoveAuthUser(before.authUsers().getFirst()),
                        new AccountChange.DisallowAccount(before.allowedAccounts().getFirst())));
        AccountAuthorization after = authorization(file("AUTH"));
        assertThat(after.authUsers()).containsExactly(user);
        assertThat(after.allowedAccounts())
                .containsExactly(before.allowedAccounts().getLast(), key);
    }

    @Test
    void run_changeThatDoesNotFit_isRefusedBeforeSending() throws Exception {
        NKey key = someKey(NKeyType.ACCOUNT);
        NKey service = authorization(file("AUTH")).authUsers().getFirst();
        assertRefused("APP", sealing(), "has no auth callout");
        assertRefused("APP", List.of(new AccountChange.RemoveSigningKey(key)), "signing key: A");
        assertRefused("AUTH", List.of(new AccountChange.RemoveAuthUser(service)), "the last one");
        assertThat(pushed).isEmpty();
    }

    /** What others put into an account is not ours to drop. */
    @Test
    void next_membersThatWeDoNotKnow_stay() throws Exception {
        byte[] jwt = withMember("exports", "[{\"name\":\"prices\",\"subject\":\"prices.>\"}]");
        try (Seed seed = operatorKey()) {
            byte[] next =
                    new AccountRevision(ed25519)
                            .next(
                                    jwt,
                                    List.of(
                                            new AccountChange.AddSigningKey(
                                                    someKey(NKeyType.ACCOUNT))),
                                    ed25519.signer(seed),
                                    LATER);
            JsonNode nats = claims(next).path("nats");
            assertThat(nats.path("exports")).isEqualTo(claims(jwt).path("nats").path("exports"));
            assertThat(nats.path("signing_keys")).hasSize(2);
            assertThat(claims(next).path("iat").asLong()).isEqualTo(LATER.getEpochSecond());
            assertThat(claims(next).path("jti")).isNotEqualTo(claims(jwt).path("jti"));
        }
    }

    @Test
    void run_keyOfAnotherOperator_isRefused() throws Exception {
        Path foreign = dir.resolve("foreign.nk");
        try (Seed seed = Seed.generate(NKeyType.OPERATOR, new SecureRandom())) {
            seed.write(foreign);
        }
        operatorKey = foreign;
        assertThatThrownBy(() -> run("AUTH", sealing()))
                .isInstanceOf(SetupFailed.class)
                .hasMessageContaining("a signing key of operator countersign");
        assertThat(pushed).isEmpty();
    }

    private void assertRefused(String account, List<AccountChange> changes, String message) {
        assertThatThrownBy(() -> run(account, changes))
                .isInstanceOf(SetupFailed.class)
                .hasMessageContaining(message);
    }

    private PushReport run(String account, List<AccountChange> changes)
            throws SetupFailed, PushRefused, IOException {
        AccountFiles.Found found =
                AccountFiles.read(
                        List.of(made.folder()), Optional.empty(), ed25519, clock.instant());
        AccountFile file =
                found.accounts().stream()
                        .filter(it -> it.name().equals(account))
                        .findFirst()
                        .orElseThrow();
        AccountFile next =
                changes.isEmpty()
                        ? file
                        : new AccountSigner(ed25519, clock)
                                .changed(
                                        file, changes, found.operator().orElseThrow(), operatorKey);
        return new AccountPush(ed25519, new Resolvers())
                .run(List.of(next), new AccountPush.Options(force, WITHIN));
    }

    private final class Resolvers implements ClaimsPublisher {
        @Override
        public Servers servers(Duration within) {
            List<String> missing =
                    present.size() < 3 ? List.of("nats://n3: not reachable") : List.of();
            return new Servers(present, 3, missing);
        }

        @Override
        public List<ServerAnswer> push(byte[] jwt, int servers, Duration within)
                throws IOException {
            assertThat(servers).isEqualTo(present.size());
            assertThat(within).isEqualTo(WITHIN);
            if (!reachable) {
                throw new IOException("not connected");
            }
            pushed.add(jwt);
            return answers;
        }

        @Override
        public List<byte[]> lookup(NKey account, int servers, Duration within) {
            return resolver;
        }
    }

    private static ServerAnswer accepted(String server) {
        return new ServerAnswer.Accepted(server);
    }

    private static List<AccountChange> sealing() {
        return List.of(new AccountChange.SealFor(someKey(NKeyType.CURVE)));
    }

    private static NKey someKey(NKeyType type) {
        try (Seed seed = Seed.generate(type, new SecureRandom())) {
            return seed.publicKey();
        }
    }

    private Seed operatorKey() throws Exception {
        return Seed.read(made.folder().resolve("keys/offline/operator.signing.nk"));
    }

    /** The account APP with a member that our claims do not know, signed again. */
    private byte[] withMember(String name, String json) throws Exception {
        String claims =
                claims(file("APP"))
                        .toString()
                        .replace("\"nats\":{", "\"nats\":{\"" + name + "\":" + json + ",");
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String input =
                new String(file("APP"), StandardCharsets.US_ASCII).split("\\.", -1)[0]
                        + "."
                        + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        try (Seed seed = operatorKey()) {
            byte[] signature = ed25519.signer(seed).sign(input.getBytes(StandardCharsets.US_ASCII));
            return (input + "." + encoder.encodeToString(signature))
                    .getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static JsonNode claims(byte[] jwt) throws Exception {
        String text = new String(jwt, StandardCharsets.US_ASCII).split("\\.", -1)[1];
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(text));
    }

    private SignedAccount account(String name) throws Exception {
        return reader.readAccount(file(name));
    }

    private AccountAuthorization authorization(byte[] jwt) throws Exception {
        return reader.readAccount(jwt).claims().authorization().orElseThrow();
    }

    private byte[] file(String account) throws Exception {
        return Files.readAllBytes(made.folder().resolve("accounts/" + account + ".jwt"));
    }
}

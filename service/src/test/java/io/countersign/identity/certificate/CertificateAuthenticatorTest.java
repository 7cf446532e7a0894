// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.ExpiryContract;
import io.countersign.kit.Certificates;
import io.countersign.kit.Io;
import io.countersign.kit.Requests;
import io.countersign.protocol.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthenticatorTest extends AuthenticatorContract implements ExpiryContract {
    private static final String ID = "spiffe://example.org/orders";
    @TempDir static Path folder;
    @TempDir static Path elsewhere;
    private static Certificates authority;
    private static Certificates stranger;
    private static Certificates.Identity orders;

    @BeforeAll
    static void issue() {
        Clock clock = Clock.fixed(Requests.NOW, ZoneOffset.UTC);
        authority = Certificates.create(folder, clock);
        stranger = Certificates.create(elsewhere, clock);
        orders =
                authority.client(
                        "CN=orders,OU=billing,OU=ops,O=Example",
                        "uri:" + ID,
                        "dns:orders.example.org",
                        "email:orders@example.org");
    }

    private static String pem(Path file) {
        return Io.get(() -> Files.readString(file));
    }

    private static Requests shows(Certificates by, Certificates.Identity who) {
        return Requests.server().tlsVerified(pem(who.certificateFile()), pem(by.authorityFile()));
    }

    private static X509Certificate root(Certificates of) {
        try {
            return (X509Certificate) of.trustStore().getCertificate("ca");
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Authenticator named(CertificateName name) {
        return new CertificateAuthenticator(
                "machines",
                new CertificateRules(
                        name, List.of(root(authority)), Set.of("example.org"), true, false),
                new CredentialFingerprints(KeyedHash.of(new byte[32])));
    }

    @Override
    public Authenticator authenticator() {
        return named(CertificateName.SPIFFE);
    }

    @Override
    protected Requests good() {
        return shows(authority, orders);
    }

    /** What a server that verified it could only send if it were not itself: broken PEM. */
    @Override
    protected Requests forged() {
        return Requests.server()
                .tlsVerified(
                        pem(orders.certificateFile()).replaceFirst("MII", "MIJ"),
                        pem(authority.authorityFile()));
    }

    @Override
    protected Requests foreign() {
        return Requests.server().password("orders", "secret");
    }

    @Override
    protected List<String> secrets() {
        return List.of("BEGIN CERTIFICATE");
    }

    @Override
    public Requests ending() {
        return good();
    }

    @Override
    public Instant end() {
        return orders.certificate().getNotAfter().toInstant();
    }

    @Test
    void authenticate_eachPartThatCanNameIt_doesSo() {
        assertThat(nameBy(CertificateName.SPIFFE)).isEqualTo("machines:" + ID);
        assertThat(nameBy(CertificateName.URI)).isEqualTo("machines:" + ID);
        assertThat(nameBy(CertificateName.DNS)).isEqualTo("machines:orders.example.org");
        assertThat(nameBy(CertificateName.EMAIL)).isEqualTo("machines:orders@example.org");
        assertThat(nameBy(CertificateName.COMMON_NAME)).isEqualTo("machines:orders");
        assertThat(nameBy(CertificateName.SUBJECT))
                .isEqualTo("machines:O=Example,OU=ops,OU=billing,CN=orders");
    }

    private static String nameBy(CertificateName name) {
        Authentication answer = ask(named(name), shows(authority, orders));
        return answer instanceof Authenticated(var identity, _)
                ? identity.principal().toString()
                : answer.toString();
    }

    @Test
    void authenticate_good_tellsGroupsAndAttributes() {
        assertThat(ask(good()))
                .asInstanceOf(type(Authenticated.class))
                .satisfies(yes -> {
                    assertThat(yes.identity().groups()).containsExactlyInAnyOrder("billing", "ops");
                    assertThat(yes.identity().attributes())
                            .containsAllEntriesOf(
                                    Map.of(
                                            "uri", List.of(ID),
                                            "dns", List.of("orders.example.org"),
                                            "organization", List.of("Example")));
                });
    }

    /** Never from certificates that the server only passed on. */
    @Test
    void authenticate_unverifiedCertificate_isNotMine() {
        assertThat(
                        ask(
                                Requests.server()
                                        .tlsUnverified(
                                                pem(orders.certificateFile()),
                                                pem(authority.authorityFile()))))
                .isEqualTo(new NotMine());
    }

    @Test
    void authenticate_chainOfAnotherAuthority_isNotMine() {
        assertThat(ask(shows(stranger, stranger.client("CN=orders", "uri:" + ID))))
                .isEqualTo(new NotMine());
        // The pinned one must have issued it, not be it.
        assertThat(ask(Requests.server().tlsVerified(pem(orders.certificateFile()))))
                .isEqualTo(new NotMine());
    }

    @Test
    void authenticate_namesThatAreMissingOrSeveral_areNobodys() {
        assertThat(ask(shows(authority, authority.client("CN=plain")))).isEqualTo(new NotMine());
        assertThat(
                        ask(
                                shows(
                                        authority,
                                        authority.client(
                                                "CN=two", "uri:" + ID, "uri:" + ID + "/two"))))
                .isInstanceOf(Rejected.class);
    }

    @Test
    void authenticate_idsThatAreNone_areRejected() {
        for (String id :
                List.of(
                        "spiffe://example.org:80/x",
                        "spiffe://ann@example.org/x",
                        "spiffe://Example.org/x",
                        "spiffe://example.org/x?y",
                        "spiffe://example.org/../x",
                        "spiffe:example.org",
                        // Within what a certificate may hold, and too deep for a stack.
                        "spiffe://example.org" + "/x".repeat(5_000))) {
            assertThat(ask(shows(authority, authority.client("CN=odd", "uri:" + id))))
                    .as("%.80s", id)
                    .isInstanceOf(Rejected.class);
        }
        String longest = "spiffe://example.org" + "/x".repeat(1_014);
        assertThat(ask(shows(authority, authority.client("CN=long", "uri:" + longest))))
                .isInstanceOf(Authenticated.class);
        assertThat(
                        ask(
                                shows(
                                        authority,
                                        authority.client(
                                                "CN=other", "uri:spiffe://other.org/orders"))))
                .isEqualTo(new NotMine());
    }

    private static Authentication ask(Authenticator of, Requests request) {
        return of.authenticate(
                request.verified(), Requests.NOW, Deadline.after(Duration.ofSeconds(30)));
    }
}

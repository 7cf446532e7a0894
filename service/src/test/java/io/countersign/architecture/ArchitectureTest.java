// SPDX-License-Identifier: Apache-2.0
package io.countersign.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Holds the arrows of design.md, section 3: each package may know those that are listed for it, and
 * no others of ours.
 */
class ArchitectureTest {
    private static final String ROOT = "io.countersign";

    /** Package → the packages it may use. A new package needs a line here. */
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("crypto", Set.of()),
                    // Told to from anywhere on the request's way (decision record 0076).
                    Map.entry("trace", Set.of()),
                    Map.entry("protocol", Set.of("crypto")),
                    Map.entry("identity", Set.of("crypto", "trace", "protocol")),
                    Map.entry("policy", Set.of("crypto", "protocol", "identity")),
                    Map.entry("cluster", Set.of("crypto", "identity")),
                    Map.entry("audit", Set.of("crypto", "trace", "protocol", "identity")),
                    Map.entry("sink", Set.of("audit")),
                    Map.entry("vault", Set.of("crypto", "protocol", "identity")),
                    Map.entry("telemetry", Set.of("trace", "audit")),
                    Map.entry(
                            "config", Set.of("crypto", "protocol", "identity", "policy", "vault")),
                    Map.entry(
                            "callout",
                            Set.of(
                                    "crypto",
                                    "trace",
                                    "protocol",
                                    "identity",
                                    "policy",
                                    "cluster",
                                    "audit",
                                    "vault",
                                    "config")),
                    Map.entry(
                            "nats",
                            Set.of(
                                    "crypto",
                                    "trace",
                                    "protocol",
                                    "identity",
                                    "policy",
                                    "cluster",
                                    "audit",
                                    "callout")),
                    Map.entry("setup", Set.of("crypto", "protocol", "identity")),
                    Map.entry("rotation", Set.of("crypto", "protocol", "config", "setup")),
                    // The doctor judges our own files, so it may read them (decision record 0021).
                    Map.entry(
                            "doctor",
                            Set.of(
                                    "crypto",
                                    "protocol",
                                    "identity",
                                    "policy",
                                    "callout",
                                    "nats",
                                    "config")),
                    Map.entry(
                            "cli",
                            Set.of(
                                    "crypto",
                                    "trace",
                                    "protocol",
                                    "identity",
                                    "policy",
                                    "cluster",
                                    "audit",
                                    "config",
                                    "callout",
                                    "nats",
                                    "setup",
                                    "sink",
                                    "telemetry",
                                    "rotation",
                                    "doctor")));

    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(l -> !l.contains("/test/"))
                    .importPackages(ROOT);

    @Test
    void packages_dependOnlyAlongTheArrows() {
        List<String> strays = new ArrayList<>();
        for (JavaClass from : HOUSE) {
            String source = topPackage(from);
            Set<String> allowed = ARROWS.get(source);
            assertThat(allowed)
                    .as("no arrows for package %s (%s)", source, from.getName())
                    .isNotNull();
            from.getDirectDependenciesFromSelf().stream()
                    .map(d -> d.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .filter(target -> !topPackage(target).equals(source))
                    .filter(target -> !allowed.contains(topPackage(target)))
                    .forEach(target -> strays.add(from.getName() + " -> " + target.getName()));
        }
        assertThat(new TreeSet<>(strays)).isEmpty();
    }

    @Test
    void natsClient_isImportedByNatsOnly() {
        noClasses()
                .that(outside("nats"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.nats.."))
                .check(HOUSE);
    }

    @Test
    void openTelemetry_staysInTelemetry() {
        noClasses()
                .that(outside("telemetry"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.opentelemetry.."))
                .check(HOUSE);
    }

    @Test
    void bouncyCastleAndProviders_stayInCryptoAndPasswordHashes() {
        noClasses()
                .that(outside("crypto", "identity"))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.bouncycastle..", "com.amazon.corretto.."))
                .check(HOUSE);
    }

    /** Kinds of authenticators know what all have in common, and hardly one another. */
    @Test
    void kindsOfAuthenticators_pointInward() {
        Map<String, Set<String>> mayKnow =
                Map.of(
                        "users", Set.of(),
                        "http", Set.of(),
                        "certificate", Set.of(),
                        "nats", Set.of(),
                        "ldap", Set.of(),
                        "plugin", Set.of(),
                        "jwt", Set.of("http"),
                        "sql", Set.of("users"));
        List<String> strays = new ArrayList<>();
        for (JavaClass from : HOUSE) {
            if (!from.getPackageName().startsWith(ROOT + ".identity")) {
                continue;
            }
            String kind = subPackage(from);
            from.getDirectDependenciesFromSelf().stream()
                    .map(d -> d.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT + ".identity."))
                    .filter(target -> !subPackage(target).equals(kind))
                    .filter(target ->
                            kind.isEmpty()
                                    || !mayKnow.getOrDefault(kind, Set.of())
                                            .contains(subPackage(target)))
                    .forEach(target -> strays.add(from.getName() + " -> " + target.getName()));
            assertThat(kind.isEmpty() || mayKnow.containsKey(kind)).as(kind).isTrue();
        }
        assertThat(new TreeSet<>(strays)).isEmpty();
    }

    @Test
    void librariesOfAuthenticators_stayInTheirPackages() {
        Map<String, String> libraries =
                Map.of(
                        "com.nimbusds..", "jwt",
                        "com.unboundid..", "ldap",
                        "com.zaxxer..", "sql");
        libraries.forEach((library, kind) ->
                noClasses()
                        .that()
                        .resideOutsideOfPackage(ROOT + ".identity." + kind)
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(library))
                        .check(HOUSE));
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".identity..")
                .and()
                .resideOutsideOfPackage(ROOT + ".identity.sql")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.jdbi..", "java.sql..", "org.sqlite.."))
                .check(HOUSE);
    }

    private static String subPackage(JavaClass of) {
        String rest = of.getPackageName().substring((ROOT + ".identity").length());
        return rest.isEmpty() ? "" : rest.substring(1);
    }

    @Test
    void databases_areUsedByTrailClusterAndIdentityOnly() {
        noClasses()
                .that(outside("audit", "cluster", "identity"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.jdbi..", "java.sql..", "org.sqlite.."))
                .check(HOUSE);
    }

    @Test
    void standardOutput_belongsToTheCommandLine() {
        noClasses()
                .that(outside("cli"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(HOUSE);
    }

    @Test
    void names_sayWhatAClassIs() {
        classes()
                .should()
                .haveNameNotMatching(".*(Impl|Manager|Helper|Utils?|Misc|Common)")
                .check(HOUSE);
    }

    private static DescribedPredicate<JavaClass> outside(String... packages) {
        List<String> names = Arrays.asList(packages);
        return DescribedPredicate.describe(
                "outside " + names, javaClass -> !names.contains(topPackage(javaClass)));
    }

    private static String topPackage(JavaClass javaClass) {
        String rest = javaClass.getPackageName().substring(ROOT.length());
        return rest.isEmpty() ? "" : rest.substring(1).split("\\.", -1)[0];
    }
}

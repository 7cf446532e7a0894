// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelVarDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import io.countersign.protocol.ConnectionType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an expression may look at, each with its type, so that a misspelt name or a comparison that
 * can never hold is refused when the policy is loaded. All of it comes from {@link Facts}; there is
 * no way to anything else.
 */
final class ExpressionWords {
    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final String IN_NETWORK = "in_network_string_string";

    /** A name and its type. */
    private enum Word {
        PRINCIPAL_NAME("principal.name", SimpleType.STRING),
        PRINCIPAL_SOURCE("principal.source", SimpleType.STRING),
        PRINCIPAL_GROUPS("principal.groups", TEXTS),
        PRINCIPAL_ATTRIBUTES("principal.attributes", MapType.create(SimpleType.STRING, TEXTS)),
        CLIENT_ADDRESS("client.address", SimpleType.STRING),
        CLIENT_KIND("client.kind", SimpleType.STRING),
        CLIENT_CONNECTION("client.connection", SimpleType.STRING),
        CLIENT_NAME("client.name", SimpleType.STRING),
        CLIENT_ID("client.id", SimpleType.STRING),
        CLIENT_TLS("client.tls", SimpleType.BOOL),
        SERVER_NAME("server.name", SimpleType.STRING),
        SERVER_CLUSTER("server.cluster", SimpleType.STRING),
        SERVER_TAGS("server.tags", TEXTS),
        NOW("now", SimpleType.TIMESTAMP);

        private static final List<Word> ALL = List.of(values());

        private final String text;
        private final CelType type;

        Word(String text, CelType type) {
            this.text = text;
            this.type = type;
        }

        private Object value(Question question) {
            Facts facts = question.facts();
            return switch (this) {
                case PRINCIPAL_NAME -> facts.name();
                case PRINCIPAL_SOURCE -> facts.source();
                case PRINCIPAL_GROUPS -> List.copyOf(facts.identity().groups());
                case PRINCIPAL_ATTRIBUTES -> facts.identity().attributes();
                case CLIENT_ADDRESS -> facts.host();
                case CLIENT_KIND -> facts.clientKind();
                case CLIENT_CONNECTION ->
                        facts.connection().map(ConnectionType::word).orElse("unknown");
                case CLIENT_NAME -> facts.clientName();
                case CLIENT_ID -> facts.clientId();
                case CLIENT_TLS -> facts.tls();
                case SERVER_NAME -> facts.serverName();
                case SERVER_CLUSTER -> facts.serverCluster();
                case SERVER_TAGS -> facts.serverTags();
                case NOW -> question.now();
            };
        }
    }

    private final Question question;

    ExpressionWords(Question question) {
        this.question = question;
    }

    /** The value of a name. */
    Optional<Object> find(String name) {
        for (Word word : Word.ALL) {
            if (word.text.equals(name)) {
                return Optional.of(word.value(question));
            }
        }
        return Optional.empty();
    }

    /** All names, for a person. */
    static String listed() {
        return Word.ALL.stream().map(word -> word.text).collect(Collectors.joining(", "));
    }

    static List<CelVarDecl> declarations() {
        return Word.ALL.stream()
                .map(word -> CelVarDecl.newVarDeclaration(word.text, word.type))
                .toList();
    }

    /** {@code client.address.inNetwork("10.0.0.0/8")}. */
    static CelFunctionDecl functions() {
        return CelFunctionDecl.newFunctionDeclaration(
                "inNetwork",
                CelOverloadDecl.newMemberOverload(
                        IN_NETWORK, SimpleType.BOOL, SimpleType.STRING, SimpleType.STRING));
    }

    static CelFunctionBinding bindings() {
        return CelFunctionBinding.from(
                IN_NETWORK, String.class, String.class, ExpressionWords::isInNetwork);
    }

    /** An address or network that is none fails, and then the expression cannot be told. */
    private static Object isInNetwork(String address, String network) {
        HostAddress host =
                HostAddress.parse(address)
                        .orElseThrow(() -> new IllegalArgumentException("no address"));
        return Cidr.parse(network).contains(host);
    }
}

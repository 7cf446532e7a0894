// SPDX-License-Identifier: Apache-2.0
package io.countersign.setup;

import io.countersign.crypto.Ed25519;
import io.countersign.protocol.InvalidJwt;
import io.countersign.protocol.JwtReader;
import io.countersign.protocol.SignedOperator;
import io.countersign.setup.ClaimsPublisher.Server;
import io.countersign.setup.ClaimsPublisher.ServerAnswer;
import io.countersign.setup.ClaimsPublisher.Servers;
import io.countersign.setup.PushReport.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Brings account JWTs to running servers (reference 7.5). A full resolver stores whatever it is
 * given, also an older version and the account of another operator (decision record 0028), so we
 * ask first what servers have and whom they trust, and push all accounts or none. Safe for use by
 * many threads, but not two on one account.
 */
public final class AccountPush {
    private static final String IN_CONFIGURATION =
            "takes no account JWTs: its accounts are in its configuration (expected: operator mode)";
    private static final String SILENT =
            "no answer (expected: one; only a resolver of type full takes account JWTs)";

    private final JwtReader reader;
    private final ClaimsPublisher publisher;

    public AccountPush(Ed25519 ed25519, ClaimsPublisher publisher) {
        this.reader = new JwtReader(ed25519);
        this.publisher = publisher;
    }

    /**
     * How to push.
     *
     * @param force also what is older than what servers have
     * @param within how long to wait for all servers' answers to one question
     */
    public record Options(boolean force, Duration within) {}

    /**
     * Pushes. A file whose account was {@linkplain AccountSigner changed} gets the new version as
     * soon as one server has taken it, because servers then bring it to one another.
     *
     * @throws PushRefused if servers have something newer, or trust another operator
     * @throws IOException if servers cannot be asked, or a file cannot be replaced
     */
    public PushReport run(List<AccountFile> accounts, Options options)
            throws IOException, PushRefused {
        Servers servers = publisher.servers(options.within());
        judge(accounts, servers, options);
        List<PushReport.Account> done = new ArrayList<>();
        for (AccountFile account : accounts) {
            List<Result> results = push(account, servers, options.within());
            if (account.isChanged() && results.stream().anyMatch(Result.Stored.class::isInstance)) {
                SetupFolder.replace(account.path(), account.jwt());
            }
            done.add(
                    new PushReport.Account(
                            account.name(),
                            account.account().claims().subject(),
                            account.path(),
                            results));
        }
        return new PushReport(done, missing(servers));
    }

    private void judge(List<AccountFile> accounts, Servers servers, Options options)
            throws IOException, PushRefused {
        List<String> reasons = new ArrayList<>();
        for (Server server : servers.present()) {
            List<SignedOperator> trusted = trusted(server);
            if (!trusted.isEmpty()) {
                for (AccountFile account : accounts) {
                    foreign(account, server, trusted).ifPresent(reasons::add);
                }
            }
        }
        if (!options.force()) {
            for (AccountFile account : accounts) {
                older(account, servers, options.within()).ifPresent(reasons::add);
            }
        }
        if (!reasons.isEmpty()) {
            throw new PushRefused(reasons);
        }
    }

    private List<SignedOperator> trusted(Server server) throws IOException {
        List<SignedOperator> trusted = new ArrayList<>();
        for (String jwt : server.operatorJwts()) {
            try {
                trusted.add(reader.readOperator(jwt.getBytes(StandardCharsets.US_ASCII)));
            } catch (InvalidJwt e) {
                throw new IOException(
                        server.name() + ": the operator that it trusts: " + e.getMessage(), e);
            }
        }
        return trusted;
    }

    private static Optional<String> foreign(
            AccountFile account, Server server, List<SignedOperator> trusted) {
        if (trusted.stream().anyMatch(it -> it.maySignAccounts(account.account().issuer()))) {
            return Optional.empty();
        }
        String names =
                trusted.stream().map(it -> it.claims().name()).collect(Collectors.joining(", "));
        return Optional.of(
                "%s: signed by %s, which %s does not trust (expected: a key of its operator %s)"
                        .formatted(account, account.account().issuer(), server.name(), names));
    }

    private Optional<String> older(AccountFile account, Servers servers, Duration within)
            throws IOException {
        Instant ours = account.knows();
        return publisher
                .lookup(account.account().claims().subject(), servers.present().size(), within)
                .stream()
                .flatMap(jwt -> issuedAt(jwt).stream())
                .max(Comparator.naturalOrder())
                .filter(theirs -> theirs.isAfter(ours))
                .map(theirs ->
                        "%s: issued %s, but servers have one of %s (expected: the newest; --force pushes the older one)"
                                .formatted(account, ours, theirs));
    }

    /** One that cannot be read may be replaced. */
    private Optional<Instant> issuedAt(byte[] jwt) {
        try {
            return Optional.of(reader.readAccount(jwt).claims().issuedAt());
        } catch (InvalidJwt e) {
            return Optional.empty();
        }
    }

    private List<Result> push(AccountFile account, Servers servers, Duration within)
            throws IOException {
        List<Server> takers =
                servers.present().stream().filter(it -> !it.operatorJwts().isEmpty()).toList();
        Map<String, ServerAnswer> answers =
                takers.isEmpty()
                        ? Map.of()
                        : publisher.push(account.jwt(), takers.size(), within).stream()
                                .collect(
                                        Collectors.toMap(
                                                ServerAnswer::id,
                                                Function.identity(),
                                                (first, _) -> first));
        return servers.present().stream()
                .map(server -> result(server, Optional.ofNullable(answers.get(server.id()))))
                .toList();
    }

    private static Result result(Server server, Optional<ServerAnswer> answer) {
        if (answer.isEmpty()) {
            return new Result.Silent(
                    server.name(), server.operatorJwts().isEmpty() ? IN_CONFIGURATION : SILENT);
        }
        return switch (answer.get()) {
            case ServerAnswer.Accepted _ -> new Result.Stored(server.name());
            case ServerAnswer.Refused(_, var why) -> new Result.Refused(server.name(), why);
        };
    }

    private static List<String> missing(Servers servers) {
        List<String> missing = new ArrayList<>(servers.unreachable());
        int silent = servers.known() - servers.present().size();
        if (silent > 0) {
            missing.add(
                    "%d of %d servers that know one another did not answer (expected: all)"
                            .formatted(silent, servers.known()));
        }
        return missing;
    }
}

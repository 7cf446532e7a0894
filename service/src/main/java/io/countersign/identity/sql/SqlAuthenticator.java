// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.countersign.crypto.Sha2;
import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.NotMine;
import io.countersign.identity.Authentication.Rejected;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Backend;
import io.countersign.identity.Credential;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.CredentialRef;
import io.countersign.identity.Credentials;
import io.countersign.identity.Identity;
import io.countersign.identity.Principal;
import io.countersign.identity.Question;
import io.countersign.identity.Rejection;
import io.countersign.identity.Secret;
import io.countersign.identity.users.PasswordHash;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.TemplateEngine;

/**
 * Authenticates users of a table: the query is configuration, and what a client sent is only ever
 * bound to it. The database sees the name and never the password, whose hash it gives us to check.
 * Thread-safe.
 */
public final class SqlAuthenticator implements Backend {
    private static final int MOST_ROWS = 1000;

    /** SQLITE_OPEN_READWRITE without CREATE: a missing file is an outage, not an empty table. */
    private static final String SQLITE_EXISTING = "2";

    private final String source;
    private final SqlSettings settings;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final VerifiedPasswords passwords;
    private final PasswordHash decoy;
    private final CredentialFingerprints fingerprints;

    /**
     * Connects to nobody yet.
     *
     * @param decoy checked for users without a password, who so cost as much as the others
     */
    public SqlAuthenticator(
            String source,
            SqlSettings settings,
            VerifiedPasswords passwords,
            PasswordHash decoy,
            CredentialFingerprints fingerprints) {
        this.source = source;
        this.settings = settings;
        this.passwords = passwords;
        this.decoy = decoy;
        this.fingerprints = fingerprints;
        this.pool = pool(source, settings);
        this.jdbi = Jdbi.create(pool).setTemplateEngine(TemplateEngine.NOP);
    }

    private static HikariDataSource pool(String source, SqlSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("authenticator " + source);
        config.setJdbcUrl(settings.url());
        if (!settings.user().isEmpty()) {
            config.setUsername(settings.user());
            config.setPassword(settings.password());
        }
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1); // starts while the database is away
        config.setConnectionTimeout(Math.max(250, settings.limit().toMillis()));
        config.setValidationTimeout(Math.max(250, settings.limit().toMillis()));
        config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
        config.setIdleTimeout(Duration.ofMinutes(5).toMillis());
        config.setMaxLifetime(Duration.ofMinutes(10).toMillis());
        if (settings.url().startsWith("jdbc:sqlite:")) {
            // Its driver cannot take back a read-only flag, which the pool would want to.
            config.addDataSourceProperty("open_mode", SQLITE_EXISTING);
            config.setConnectionInitSql("PRAGMA query_only = 1");
        } else {
            config.setReadOnly(true);
            String seconds = Long.toString(Math.max(1, settings.limit().toSeconds()));
            config.addDataSourceProperty("ApplicationName", "countersign");
            config.addDataSourceProperty("connectTimeout", seconds);
            config.addDataSourceProperty("socketTimeout", seconds);
            config.addDataSourceProperty("loginTimeout", seconds);
        }
        return new HikariDataSource(config);
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<Question> question(VerifiedRequest request) {
        return Credentials.of(request).presented().stream()
                .filter(this::isAsked)
                .findFirst()
                .map(Question::new);
    }

    private boolean isAsked(Credential credential) {
        return switch (credential) {
            case Credential.Password(String user, _, _) ->
                    !settings.query().isEmpty() && !user.isEmpty();
            case Credential.Token _ -> !settings.tokenQuery().isEmpty();
            default -> false;
        };
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        CredentialRef ref = fingerprints.of(question.credential());
        if (deadline.isPast()) {
            return new Unavailable(source, "no time left");
        }
        try {
            return switch (question.credential()) {
                case Credential.Password password -> password(password, ref, now, deadline);
                case Credential.Token(Secret secret) -> token(secret, ref, now);
                default ->
                        throw new IllegalArgumentException(
                                "question: " + question + " (expected: a password or a token)");
            };
        } catch (JdbiException | SQLException | IllegalStateException e) {
            return new Unavailable(source, "the database: " + detail(e));
        }
    }

    private Authentication password(
            Credential.Password given, CredentialRef ref, Instant now, Deadline deadline)
            throws SQLException {
        Optional<UserRow> found = find(settings.query(), "name", given.user());
        if (found.isEmpty()) {
            return new NotMine();
        }
        UserRow user = found.get();
        Principal principal =
                new Principal(source, user.name().isEmpty() ? given.user() : user.name());
        Optional<PasswordHash> hash = hash(user);
        return switch (passwords.check(principal, given.secret(), hash.orElse(decoy), deadline)) {
            case UNDECIDED -> new Unavailable(VerifiedPasswords.BACKEND, "not hashed in time");
            case WRONG -> bad(ref, "wrong password");
            case RIGHT ->
                    hash.isPresent()
                            ? admit(principal, user, ref, now)
                            : bad(ref, "user has no password");
        };
    }

    private static Optional<PasswordHash> hash(UserRow user) throws SQLException {
        try {
            return user.hash().isEmpty()
                    ? Optional.empty()
                    : Optional.of(PasswordHash.parse(user.hash()));
        } catch (IllegalArgumentException unreadable) {
            // Its message is about the hash.
            throw new SQLException("column password_hash: neither Argon2id nor bcrypt");
        }
    }

    private Authentication token(Secret secret, CredentialRef ref, Instant now)
            throws SQLException {
        String digest = HexFormat.of().formatHex(Sha2.SHA_256.of(secret.bytes()));
        Optional<UserRow> found = find(settings.tokenQuery(), "token", digest);
        if (found.isEmpty()) {
            return new NotMine();
        }
        if (found.get().name().isEmpty()) {
            throw new SQLException("token-query: column name is missing or empty");
        }
        return admit(new Principal(source, found.get().name()), found.get(), ref, now);
    }

    private Optional<UserRow> find(String sql, String parameter, String value) throws SQLException {
        List<UserRow> rows =
                jdbi.withHandle(handle ->
                        handle.createQuery(sql)
                                .bind(parameter, value)
                                .setMaxRows(MOST_ROWS)
                                .map((row, _) -> UserRow.read(row))
                                .list());
        return UserRow.joined(rows);
    }

    private Authentication admit(
            Principal principal, UserRow user, CredentialRef ref, Instant now) {
        if (user.disabled()) {
            return bad(ref, "user is disabled");
        }
        Optional<Instant> ended = user.expires().filter(end -> !end.isAfter(now));
        if (ended.isPresent()) {
            return new Rejected(
                    Rejection.EXPIRED_CREDENTIAL, ref, "user expired at " + ended.get());
        }
        return new Authenticated(
                new Identity(
                        principal,
                        ref,
                        new HashSet<>(user.groups()),
                        user.attributes(),
                        user.expires()));
    }

    /**
     * The innermost cause says what happened; a driver's text may quote the statement, no value.
     */
    private static String detail(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return cause.getClass().getSimpleName() + ": " + text;
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }

    @Override
    public void close() {
        pool.close();
    }
}

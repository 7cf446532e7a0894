// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.sql;

import io.countersign.crypto.KeyedHash;
import io.countersign.identity.CredentialFingerprints;
import io.countersign.identity.users.PasswordPool;
import io.countersign.identity.users.UserDirectory;
import io.countersign.identity.users.VerifiedPasswords;
import io.countersign.kit.CheapHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** A table of users, and authenticators that ask it. */
final class SqlFixture implements AutoCloseable {
    static final String PASSWORD = "correct horse";
    static final String TOKEN = "tok-0123456789";
    static final String QUERY =
            "SELECT name, password_hash, groups, disabled, expires, team FROM people"
                    + " WHERE lower(name) = lower(:name)";
    static final String TOKEN_QUERY = "SELECT name, groups FROM people WHERE token_hash = :token";

    private final PasswordPool pool = new PasswordPool(1, 64);
    private final VerifiedPasswords passwords =
            new VerifiedPasswords(
                    pool,
                    new VerifiedPasswords.Limits(Duration.ZERO, Duration.ZERO, 0),
                    new SecureRandom(),
                    System::nanoTime);
    private final List<SqlAuthenticator> open = new ArrayList<>();

    /** Makes the table; {@code expires} is in seconds. */
    static void fill(String url) throws NoSuchAlgorithmException {
        String hash = CheapHash.of(PASSWORD).encoded();
        String token =
                HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(TOKEN.getBytes(StandardCharsets.UTF_8)));
        Jdbi.create(url)
                .useHandle(handle -> {
                    handle.execute(
                            "CREATE TABLE people (name TEXT PRIMARY KEY, password_hash TEXT,"
                                    + " groups TEXT, disabled BOOLEAN, expires BIGINT, team TEXT,"
                                    + " token_hash TEXT)");
                    String insert = "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)";
                    handle.execute(insert, "ann", hash, "ops, dev", false, null, "billing", token);
                    handle.execute(insert, "old", hash, "", false, 1_767_229_200L, null, null);
                    handle.execute(insert, "off", hash, "", true, null, null, null);
                    handle.execute(insert, "bare", null, "", false, null, null, null);
                    handle.execute(insert, "odd", "plain", "", false, null, null, null);
                });
    }

    SqlAuthenticator authenticator(String url) {
        return authenticator(url, QUERY, TOKEN_QUERY);
    }

    /** One that does not wait long for a database that is not there. */
    SqlAuthenticator hurried(String url) {
        return authenticator(url, QUERY, TOKEN_QUERY, Duration.ofMillis(300));
    }

    SqlAuthenticator authenticator(String url, String query, String tokenQuery) {
        return authenticator(url, query, tokenQuery, Duration.ofSeconds(20));
    }

    private SqlAuthenticator authenticator(
            String url, String query, String tokenQuery, Duration limit) {
        SqlSettings settings = new SqlSettings(url, "", "", query, tokenQuery, 4, limit);
        SqlAuthenticator made =
                new SqlAuthenticator(
                        "people",
                        settings,
                        passwords,
                        new UserDirectory(List.of()).decoy(new SecureRandom()),
                        new CredentialFingerprints(KeyedHash.of(new byte[32])));
        open.add(made);
        return made;
    }

    @Override
    public void close() {
        open.forEach(SqlAuthenticator::close);
        pool.close();
    }
}

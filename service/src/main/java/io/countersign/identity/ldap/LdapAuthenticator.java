// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchResultEntry;
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
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Authenticates users of a directory: finds the one entry of a name, then tries the password on it
 * (search, then bind). An empty password is never tried, because servers take that for an anonymous
 * bind and say yes. Thread-safe.
 */
public final class LdapAuthenticator implements Backend {
    private static final int MOST_GROUPS = 500;

    /** Active Directory tells in its text why a bind failed. */
    private static final Pattern AD_DATA = Pattern.compile("\\bdata ([0-9a-f]{3,8})\\b");

    private static final Set<ResultCode> NO =
            Set.of(
                    ResultCode.INVALID_CREDENTIALS,
                    ResultCode.INAPPROPRIATE_AUTHENTICATION,
                    ResultCode.NO_SUCH_OBJECT,
                    ResultCode.CONSTRAINT_VIOLATION,
                    ResultCode.UNWILLING_TO_PERFORM);

    private final String source;
    private final LdapSettings settings;
    private final Directory directory;
    private final CredentialFingerprints fingerprints;

    /**
     * Connects to nobody yet.
     *
     * @throws IllegalArgumentException if a filter is none
     */
    public LdapAuthenticator(
            String source, LdapSettings settings, CredentialFingerprints fingerprints) {
        check("filter", settings.filter().replace("{name}", "x"));
        check("groups.filter", settings.groups().filter().replace("{dn}", "x"));
        this.source = source;
        this.settings = settings;
        this.directory = new Directory(settings);
        this.fingerprints = fingerprints;
    }

    private static void check(String what, String filter) {
        try {
            Filter.create(filter);
        } catch (LDAPException e) {
            throw new IllegalArgumentException(what + ": not a filter (RFC 4515)", e);
        }
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public Optional<Question> question(VerifiedRequest request) {
        return Credentials.of(request).presented().stream()
                .filter(it ->
                        it instanceof Credential.Password(String user, Secret secret, _)
                                && !user.isEmpty()
                                && secret.length() > 0)
                .findFirst()
                .map(Question::new);
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        if (!(question.credential() instanceof Credential.Password given)) {
            throw new IllegalArgumentException("question: " + question + " (expected: a password)");
        }
        if (deadline.isPast()) {
            return new Unavailable(source, "no time left");
        }
        CredentialRef ref = fingerprints.of(given);
        try {
            List<SearchResultEntry> found = users(given.user());
            if (found.isEmpty()) {
                return new NotMine();
            }
            if (found.size() > 1) {
                return bad(ref, "several entries have this name");
            }
            SearchResultEntry user = found.getFirst();
            Optional<Authentication> refused = tryPassword(user.getDN(), given.secret(), ref);
            return refused.isPresent() ? refused.get() : identity(user, ref);
        } catch (LDAPException e) {
            return new Unavailable(source, "the directory: " + e.getResultCode().getName());
        }
    }

    private List<SearchResultEntry> users(String name) throws LDAPException {
        String filter = settings.filter().replace("{name}", Directory.escaped(name));
        Set<String> wanted = new LinkedHashSet<>(settings.attributes().values());
        wanted.add(settings.nameAttribute());
        if (!settings.groups().memberOf().isEmpty()) {
            wanted.add(settings.groups().memberOf());
        }
        return directory.find(settings.base(), filter, 2, wanted.toArray(String[]::new));
    }

    /** Empty if it is right. */
    private Optional<Authentication> tryPassword(String dn, Secret secret, CredentialRef ref)
            throws LDAPException {
        byte[] password = secret.bytes();
        try {
            directory.bind(dn, password);
            return Optional.empty();
        } catch (LDAPException e) {
            if (!NO.contains(e.getResultCode())) {
                throw e;
            }
            return Optional.of(refusal(e, ref));
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    private static Rejected refusal(LDAPException e, CredentialRef ref) {
        Matcher data = AD_DATA.matcher(String.valueOf(e.getDiagnosticMessage()));
        String code = data.find() ? data.group(1) : "";
        return switch (code) {
            case "532", "773" ->
                    new Rejected(Rejection.EXPIRED_CREDENTIAL, ref, "password has expired");
            case "701" -> new Rejected(Rejection.EXPIRED_CREDENTIAL, ref, "user has expired");
            case "533" -> bad(ref, "user is disabled");
            case "775" -> bad(ref, "user is locked");
            default -> bad(ref, "bind refused: " + e.getResultCode().getName());
        };
    }

    private Authentication identity(SearchResultEntry user, CredentialRef ref)
            throws LDAPException {
        String name = user.getAttributeValue(settings.nameAttribute());
        if (name == null || name.isEmpty()) {
            return bad(ref, "entry has no attribute " + settings.nameAttribute());
        }
        Map<String, List<String>> attributes = new LinkedHashMap<>();
        settings.attributes()
                .forEach((attribute, from) -> {
                    String[] values = user.getAttributeValues(from);
                    if (values != null) {
                        attributes.put(attribute, List.of(values));
                    }
                });
        return new Authenticated(
                new Identity(
                        new Principal(source, name),
                        ref,
                        groups(user),
                        attributes,
                        Optional.empty()));
    }

    private Set<String> groups(SearchResultEntry user) throws LDAPException {
        Set<String> names = new LinkedHashSet<>();
        LdapSettings.Groups where = settings.groups();
        if (!where.memberOf().isEmpty()) {
            String[] dns = user.getAttributeValues(where.memberOf());
            for (String dn : dns == null ? new String[0] : dns) {
                names.add(firstPart(dn));
            }
        }
        if (!where.base().isEmpty()) {
            searchGroups(user.getDN(), names);
        }
        return names;
    }

    /** Level by level, each group once, so that circles end. */
    private void searchGroups(String user, Set<String> names) throws LDAPException {
        LdapSettings.Groups where = settings.groups();
        Set<String> seen = new LinkedHashSet<>();
        List<String> level = List.of(user);
        for (int depth = 0; depth <= where.nested() && !level.isEmpty(); depth++) {
            List<String> next = new ArrayList<>();
            for (String member : level) {
                String filter = where.filter().replace("{dn}", Directory.escaped(member));
                for (SearchResultEntry group :
                        directory.find(where.base(), filter, MOST_GROUPS, where.nameAttribute())) {
                    String name = group.getAttributeValue(where.nameAttribute());
                    if (seen.size() < MOST_GROUPS && seen.add(DN.normalize(group.getDN()))) {
                        next.add(group.getDN());
                        if (name != null) {
                            names.add(name);
                        }
                    }
                }
            }
            level = next;
        }
    }

    private static String firstPart(String dn) throws LDAPException {
        DN parsed = new DN(dn);
        return parsed.getRDN() == null ? dn : parsed.getRDN().getAttributeValues()[0];
    }

    private static Rejected bad(CredentialRef ref, String detail) {
        return new Rejected(Rejection.BAD_CREDENTIAL, ref, detail);
    }

    @Override
    public void close() {
        directory.close();
    }
}

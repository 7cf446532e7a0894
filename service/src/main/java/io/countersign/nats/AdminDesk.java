// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countersign.crypto.Ed25519;
import io.countersign.protocol.AdminRequest;
import io.countersign.protocol.InvalidJwt;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes administrators' requests in the operations account: checks signature, cluster, age and
 * role, and that a request comes once, then hands it on. The body is the message, the JWT a header.
 * One instance of the group takes each request; what concerns an instance's own disk is asked of
 * {@linkplain #forEach each} and answered by each, once. Thread-safe.
 */
public final class AdminDesk {
    /** Requests go to this and the verb. */
    public static final String SUBJECT = "countersign.admin.";

    /** In front of verbs that every instance takes. */
    public static final String EACH = "each.";

    /** The header with the signed request. */
    public static final String HEADER = "Countersign-Request";

    private static final Logger log = LoggerFactory.getLogger(AdminDesk.class);
    private static final String GROUP = "countersign-admin";
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final int LARGEST_BODY = 64 * 1024;

    /** An administrator. */
    public record Admin(String name, boolean mayOperate) {}

    /** Does what is asked, or says why not, as JSON. */
    public interface Acts {
        /** True if the verb changes nothing. */
        boolean isView(String verb);

        /** True the first time that this id comes, on whichever instance. */
        boolean takeOnce(String id);

        /**
         * Does it.
         *
         * @param author name of the administrator, and on whose behalf
         */
        byte[] act(String verb, byte[] body, String author);

        /** An answer that only says why nothing was done. */
        byte[] refusal(String why);
    }

    private final String cluster;
    private final Supplier<Map<String, Admin>> admins;
    private final AdminUses uses;
    private final Ed25519 ed25519;
    private final Acts acts;
    private final Clock clock;
    private final boolean each;

    /**
     * For verbs that one instance of the group takes.
     *
     * @param admins by public user nkey; asked for at each request
     * @param uses told which key a request came with
     */
    public AdminDesk(
            String cluster,
            Supplier<Map<String, Admin>> admins,
            AdminUses uses,
            Ed25519 ed25519,
            Acts acts,
            Clock clock) {
        this(cluster, admins, uses, ed25519, acts, clock, false);
    }

    /** For verbs that begin with {@link #EACH}. */
    public static AdminDesk forEach(
            String cluster,
            Supplier<Map<String, Admin>> admins,
            AdminUses uses,
            Ed25519 ed25519,
            Acts acts,
            Clock clock) {
        return new AdminDesk(cluster, admins, uses, ed25519, acts, clock, true);
    }

    private AdminDesk(
            String cluster,
            Supplier<Map<String, Admin>> admins,
            AdminUses uses,
            Ed25519 ed25519,
            Acts acts,
            Clock clock,
            boolean each) {
        this.each = each;
        this.cluster = cluster;
        this.admins = admins;
        this.uses = uses;
        this.ed25519 = ed25519;
        this.acts = acts;
        this.clock = clock;
    }

    void subscribe(Connection connection) {
        Dispatcher dispatcher =
                connection.createDispatcher(message ->
                        // Telling the others takes up to seconds; the next one must not wait.
                        Thread.startVirtualThread(() -> take(connection, message)));
        if (each) {
            dispatcher.subscribe(SUBJECT + EACH + "*");
        } else {
            dispatcher.subscribe(SUBJECT + "*", GROUP);
        }
    }

    private void take(Connection connection, Message message) {
        if (message.getReplyTo() == null) {
            return;
        }
        Optional<byte[]> answer;
        try {
            answer = answer(message);
        } catch (RuntimeException e) {
            log.error("an administrator's request", e);
            answer = Optional.of(acts.refusal("a fault of this instance; see its log"));
        }
        answer.ifPresent(it -> connection.publish(message.getReplyTo(), it));
    }

    /** Empty if it is answered already. */
    private Optional<byte[]> answer(Message message) {
        String verb = message.getSubject().substring(SUBJECT.length());
        byte[] body = message.getData();
        String token = message.hasHeaders() ? message.getHeaders().getFirst(HEADER) : null;
        if (token == null || body.length > LARGEST_BODY) {
            return Optional.of(acts.refusal("no signed request"));
        }
        AdminRequest request;
        try {
            request =
                    AdminRequest.verify(
                            token.getBytes(US_ASCII),
                            verb,
                            body,
                            cluster,
                            clock.instant(),
                            SKEW,
                            ed25519);
        } catch (InvalidJwt e) {
            log.warn("a request to {} was refused: {}", verb, e.getMessage());
            return Optional.of(acts.refusal("the request is not valid: " + e.getMessage()));
        }
        Admin admin = admins.get().get(request.admin().text());
        if (admin == null || !(admin.mayOperate() || acts.isView(verb))) {
            log.warn("{} may not {}", request.admin().text(), verb);
            return Optional.of(acts.refusal("this key may not do that"));
        }
        if (!acts.takeOnce(request.id())) {
            if (each) {
                // A link that moves stands at two servers for a second, and both bring it to us.
                log.info("{} came twice; it is answered once", verb);
                return Optional.empty();
            }
            return Optional.of(acts.refusal("this request was taken before"));
        }
        uses.saw(request.admin(), clock.instant());
        String author =
                request.onBehalfOf().isEmpty()
                        ? admin.name()
                        : admin.name() + " for " + request.onBehalfOf();
        return Optional.of(acts.act(verb, body, author));
    }
}

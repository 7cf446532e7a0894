// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.plugin;

import io.countersign.identity.Authentication;
import io.countersign.identity.Authentication.Authenticated;
import io.countersign.identity.Authentication.Unavailable;
import io.countersign.identity.Backend;
import io.countersign.identity.Credential;
import io.countersign.identity.Question;
import io.countersign.protocol.Deadline;
import io.countersign.protocol.VerifiedRequest;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a plug-in to what the chain relies on: it speaks for its own source, and its faults are
 * outages of it alone. Thread-safe if the plug-in is.
 */
final class PluginBackend implements Backend {
    private static final Logger log = LoggerFactory.getLogger(PluginBackend.class);

    private final String source;
    private final Backend plugin;
    private final Runnable whenClosed;

    PluginBackend(String source, Backend plugin, Runnable whenClosed) {
        this.source = source;
        this.plugin = plugin;
        this.whenClosed = whenClosed;
    }

    @Override
    public String source() {
        return source;
    }

    /** A plug-in that cannot say whether it would be asked has an outage for everybody. */
    @Override
    public Optional<Question> question(VerifiedRequest request) {
        try {
            return plugin.question(request);
        } catch (RuntimeException | LinkageError e) {
            log.error("authenticator {}: the plug-in failed at a question", source, e);
            return Optional.of(new Question(new Credential.None()));
        }
    }

    @Override
    public Authentication ask(Question question, Instant now, Deadline deadline) {
        if (question.credential() instanceof Credential.None) {
            return new Unavailable(source, "the plug-in failed at a question");
        }
        try {
            Authentication answer = plugin.ask(question, now, deadline);
            return switch (answer) {
                case Authenticated(var identity, _)
                        when !identity.principal().source().equals(source) ->
                        new Unavailable(source, "the plug-in speaks for another source");
                case Unavailable(_, String detail) -> new Unavailable(source, detail);
                default -> answer;
            };
        } catch (RuntimeException | LinkageError e) {
            log.error("authenticator {}: the plug-in failed", source, e);
            return new Unavailable(source, "the plug-in failed: " + e.getClass().getSimpleName());
        }
    }

    @Override
    public void warmUp() {
        try {
            plugin.warmUp();
        } catch (RuntimeException | LinkageError e) {
            log.error("authenticator {}: the plug-in failed to warm up", source, e);
        }
    }

    @Override
    public void close() {
        try {
            plugin.close();
        } catch (RuntimeException | LinkageError e) {
            log.error("authenticator {}: the plug-in failed to close", source, e);
        } finally {
            whenClosed.run();
        }
    }
}

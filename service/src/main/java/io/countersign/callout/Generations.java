// SPDX-License-Identifier: Apache-2.0
package io.countersign.callout;

import io.countersign.audit.AuditDrafts;
import io.countersign.audit.AuditEntry;
import io.countersign.audit.AuditTrail;
import io.countersign.config.Admin;
import io.countersign.config.ConfigInvalid;
import io.countersign.config.Problem;
import io.countersign.config.RestartOnly;
import io.countersign.config.Secrets;
import io.countersign.config.ServiceConfig;
import io.countersign.config.Surroundings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generation in force, and how the next one takes its place: the files are read and checked as
 * a whole, then one reference is swapped. If anything is wrong the old one stays, and log, trail
 * and {@link #status} tell what. A request takes {@link #current} once and keeps it to its end.
 *
 * <p>Thread-safe; reloads run one at a time.
 */
public final class Generations {
    private static final Logger log = LoggerFactory.getLogger(Generations.class);

    private final Source source;
    private final ServiceConfig started;
    private final AuditDrafts drafts;
    private final AuditTrail audit;
    private final Clock clock;
    private volatile Generation current;
    private volatile ReloadStatus status;
    private volatile Map<Path, String> seen;
    private volatile List<Admin> admins;
    private volatile Consumer<ServiceConfig> accepted = _ -> {};

    /**
     * Where generations come from.
     *
     * @param file the configuration's own file; it names all others
     */
    public record Source(
            Path file, Surroundings surroundings, GenerationLoader loader, Secrets secrets) {
        /** The first one, from settings that were read already. */
        public First first(ServiceConfig config) {
            Map<Path, String> seen = new FileLook().at(files(config));
            return new First(loader.load(file, config), seen);
        }

        private Set<Path> files(ServiceConfig config) {
            return SourceFiles.of(file, config, secrets);
        }
    }

    /**
     * What an instance starts with.
     *
     * @param seen digests of its files, taken before they were read
     */
    public record First(GenerationLoader.Loaded loaded, Map<Path, String> seen) {
        public First {
            seen = Map.copyOf(seen);
        }
    }

    /**
     * Begins with the generation that the instance starts with.
     *
     * @param started the settings that the instance was started with
     * @param audit where reloads are recorded, refused ones too
     */
    public Generations(
            Source source,
            ServiceConfig started,
            First first,
            AuditDrafts drafts,
            AuditTrail audit,
            Clock clock) {
        this.source = source;
        this.started = started;
        this.drafts = drafts;
        this.audit = audit;
        this.clock = clock;
        this.current = first.loaded().generation();
        this.status =
                new ReloadStatus(
                        current.revision(), clock.instant(), 0, 0, Optional.empty(), List.of());
        this.seen = first.seen();
        this.admins = started.admins();
    }

    /** What is in force now; a request asks once. */
    public Generation current() {
        return current;
    }

    /** Tells of settings that came into force with a reload; must not fail. */
    public void whenAccepted(Consumer<ServiceConfig> somebody) {
        accepted = somebody;
    }

    /** Who may send admin requests now. */
    public List<Admin> admins() {
        return admins;
    }

    /** For health and metrics. */
    public ReloadStatus status() {
        return status;
    }

    /**
     * Digests of the files that the last attempt was made of, taken before it read them: whatever
     * changed since then shows as a difference.
     */
    Map<Path, String> seen() {
        return seen;
    }

    /**
     * Reads the files and swaps, or changes nothing.
     *
     * @param by for the trail: what asked for it, like {@code SIGHUP}
     * @return whether what is in force now is what the files say
     */
    public synchronized boolean reload(String by) {
        return reload(by, false);
    }

    /**
     * As {@link #reload}, if the last one was refused; says nothing as long as that is so for the
     * same reasons. Not all that can mend a reload shows in the files: their permissions may.
     */
    synchronized boolean retry(String by) {
        return status.refused().isEmpty() || reload(by, true);
    }

    private boolean reload(String by, boolean quietly) {
        try {
            seen = Map.copyOf(new FileLook().at(seen.keySet()));
            ServiceConfig config = ServiceConfig.load(source.file(), source.surroundings());
            look(source.files(config));
            refuseOtherMode(config);
            accept(by, source.loader().load(source.file(), config), config);
            return true;
        } catch (ConfigInvalid invalid) {
            refuse(by, invalid.problems().stream().map(Problem::toString).toList(), quietly);
        } catch (RuntimeException fault) {
            String what = "a fault of ours: " + fault.getClass().getSimpleName();
            if (!quietly) {
                log.error("reload by {}: {}", by, what, fault);
            }
            refuse(by, List.of(what), quietly);
        }
        return false;
    }

    /** The settings may have come to name other files. */
    private void look(Set<Path> files) {
        if (!files.equals(seen.keySet())) {
            Map<Path, String> all = new HashMap<>(new FileLook().at(files));
            seen.forEach(all::replace); // looked at earlier, before the settings were read
            seen = Map.copyOf(all);
        }
    }

    /** Its policies, keys and NATS logins are of another world: half of it would be worse. */
    private void refuseOtherMode(ServiceConfig config) {
        if (config.mode().getClass() != started.mode().getClass()) {
            throw new ConfigInvalid(
                    List.of(new Problem(source.file(), 0, "mode", "another one needs a restart")));
        }
    }

    private void accept(String by, GenerationLoader.Loaded loaded, ServiceConfig config) {
        String before = current.revision();
        String revision = loaded.generation().revision();
        List<String> restart = RestartOnly.changed(started, config);
        loaded.warnings().forEach(warning -> log.warn("{}", warning));
        if (!restart.isEmpty()) {
            log.warn("{}: changed, but needs a restart", String.join(", ", restart));
        }
        // The trail keeps the order of its callers, so no decision of the new one is before this.
        record(drafts.reloaded(revision, by, before, restart));
        current = loaded.generation();
        admins = config.admins();
        accepted.accept(config);
        status = status.accepted(revision, clock.instant(), restart);
        if (revision.equals(before)) {
            log.info("reload by {}: nothing new, revision {} stays", by, revision);
        } else {
            log.info("reload by {}: revision {} is in force, was {}", by, revision, before);
        }
    }

    private void refuse(String by, List<String> problems, boolean quietly) {
        boolean isKnown =
                status.refused().map(ReloadStatus.Refused::problems).equals(Optional.of(problems));
        if (quietly && isKnown) {
            return;
        }
        String revision = current.revision();
        status = status.refused(clock.instant(), problems);
        record(drafts.reloadRefused(revision, by, problems));
        problems.forEach(problem -> log.error("{}", problem));
        log.error(
                "reload by {}: refused, {}; revision {} stays in force",
                by,
                problems.size() == 1 ? "1 problem" : problems.size() + " problems",
                revision);
    }

    /** Nobody waits: a trail that is down must not keep a policy from coming into force. */
    private void record(AuditEntry entry) {
        var _ =
                audit.submit(entry)
                        .whenComplete((receipt, failure) -> {
                            if (failure != null) {
                                log.error(
                                        "entry {} of a reload is not in the trail: {}",
                                        entry.id(),
                                        failure.getMessage());
                            }
                        });
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.nats.live;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which revision each instance has in force. Files come to several machines one after the other, so
 * a difference is nothing for a while; one that stays means that a login is judged by the luck of
 * which instance it reaches. Then every instance says so: in its log, a metric, and its status.
 * Thread-safe.
 */
public final class Revisions {
    /** For so long instances may disagree before they say so. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(Revisions.class);

    private final String instance;
    private final Supplier<String> own;
    private final Duration patience;
    private final LongSupplier nanoClock;
    private boolean differs;
    private long since;
    private volatile Optional<String> complaint = Optional.empty();

    /**
     * Of one instance.
     *
     * @param own the revision that is in force here
     * @param nanoClock monotonic, {@code System::nanoTime} outside tests
     */
    public Revisions(
            String instance, Supplier<String> own, Duration patience, LongSupplier nanoClock) {
        this.instance = instance;
        this.own = own;
        this.patience = patience;
        this.nanoClock = nanoClock;
    }

    /** The revision in force here. */
    public String own() {
        return own.get();
    }

    /** Which instance has which revision, if they have disagreed for too long. */
    public Optional<String> complaint() {
        return complaint;
    }

    /**
     * Compares; called again and again.
     *
     * @param others instances that are awake and their revisions; empty texts, of those that do not
     *     tell, are left out
     */
    synchronized void look(Map<String, String> others) {
        Map<String, String> all = new TreeMap<>(others);
        all.put(instance, own.get());
        all.values().removeIf(String::isEmpty);
        long now = nanoClock.getAsLong();
        if (new HashSet<>(all.values()).size() < 2) {
            if (complaint.isPresent()) {
                log.info("all instances have revision {} again", own.get());
            }
            differs = false;
            complaint = Optional.empty();
            return;
        }
        if (!differs) {
            differs = true;
            since = now;
        }
        if (now - since > patience.toNanos()) {
            String which = listed(all);
            if (complaint.isEmpty()) {
                log.warn(
                        "instances have had different revisions for more than {} s: {}",
                        patience.toSeconds(),
                        which);
            }
            complaint = Optional.of(which);
        }
    }

    private static String listed(Map<String, String> all) {
        return all.entrySet().stream()
                .map(each -> each.getKey() + " has " + each.getValue())
                .collect(Collectors.joining(", "));
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit.witness;

import io.countersign.audit.tlog.BadNote;
import io.countersign.audit.tlog.Checkpoint;
import io.countersign.audit.tlog.CosignatureVerifier;
import io.countersign.audit.tlog.Cosigner;
import io.countersign.audit.tlog.SignedNote;
import io.countersign.crypto.Ed25519;
import io.countersign.crypto.Signer;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All logs that a witness follows, and what it signs of them. Used by one thread. */
public final class WitnessedLogs {
    private static final Logger log = LoggerFactory.getLogger(WitnessedLogs.class);

    private final WitnessStore store;
    private final Ed25519 ed25519;
    private final Cosigner cosigner;
    private final CosignatureVerifier own;
    private final Map<String, FollowedLog> logs = new LinkedHashMap<>();

    /**
     * @param name of the witness's key
     */
    public WitnessedLogs(WitnessStore store, String name, Signer signer, Ed25519 ed25519)
            throws BadNote {
        this.store = store;
        this.ed25519 = ed25519;
        this.cosigner = new Cosigner(name, signer);
        this.own = new CosignatureVerifier(name, signer.key(), ed25519);
    }

    /** The key that signs. */
    public String vkey() {
        return own.vkey();
    }

    /**
     * Takes up what the disk has.
     *
     * @param stream names what will be read
     * @param last position of its last message
     * @return the position behind which reading goes on; 0 if everything is to be read
     */
    public long resume(String stream, long last) throws IOException {
        logs.clear();
        Optional<ReadingPlace> read = read();
        Optional<ReadingPlace> place =
                read.filter(p -> p.stream().equals(stream) && p.position() <= last);
        for (FollowedLog.Mark mark : read.map(ReadingPlace::logs).orElse(List.of())) {
            // What was refused stays refused, also where there is another stream.
            if (place.isPresent() || mark.refusal().isPresent()) {
                take(mark);
            }
        }
        for (String id : store.logs()) {
            String[] words = id.split("\\.", 2);
            hold(of(words[0], words[1]), id);
        }
        return place.map(ReadingPlace::position).orElse(0L);
    }

    private Optional<ReadingPlace> read() throws IOException {
        try {
            return store.place();
        } catch (BadNote e) {
            log.warn("the witness does not know how far it has read: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private void take(FollowedLog.Mark mark) {
        try {
            logs.put(id(mark.instance(), mark.log()), FollowedLog.at(mark, ed25519));
        } catch (BadNote e) {
            of(mark.instance(), mark.log()).refuse(false, "reading place: " + e.getMessage());
        }
    }

    private void hold(FollowedLog followed, String id) throws IOException {
        try {
            SignedNote note = store.signed(id).orElseThrow(() -> new BadNote("is gone"));
            if (own.cosigned(note).isPresent()) {
                followed.holdTo(note);
            } else {
                throw new BadNote("is not signed by this witness");
            }
        } catch (BadNote e) {
            followed.refuse(false, "what was signed last: " + e.getMessage());
        }
    }

    /** One of them; one that was never seen begins. */
    public FollowedLog of(String instance, String log) {
        return logs.computeIfAbsent(
                id(instance, log), _ -> new FollowedLog(instance, log, ed25519));
    }

    private static String id(String instance, String log) {
        return instance + "." + log;
    }

    /** All that it knows of. */
    public Collection<FollowedLog> all() {
        return List.copyOf(logs.values());
    }

    /**
     * Takes into account a note of a log that somebody has from this witness. If it goes beyond
     * what the disk has, the disk is an old copy, and nothing before it is signed.
     */
    public void remember(FollowedLog followed, SignedNote note) throws IOException {
        try {
            if (own.cosigned(note).isEmpty()) {
                return; // of a witness of this name that is no more
            }
            Checkpoint theirs = Checkpoint.parse(note);
            Optional<Checkpoint> ours = followed.signed();
            if (ours.isEmpty() || theirs.size() > ours.get().size()) {
                store.sign(id(followed.instance(), followed.log()), note);
                followed.holdTo(note);
            } else if (theirs.size() == ours.get().size() && !theirs.equals(ours.get())) {
                followed.refuse(
                        true, "two trees of %d are signed with our key".formatted(theirs.size()));
            }
        } catch (BadNote e) {
            followed.refuse(true, "a note with our name: " + e.getMessage());
        }
    }

    /**
     * Signs what may be signed. Each signature is on disk before it is told.
     *
     * @return how many
     */
    public int sign(Instant now) throws IOException {
        int count = 0;
        for (FollowedLog followed : logs.values()) {
            Optional<FollowedLog.Candidate> candidate = followed.candidate();
            if (candidate.isPresent()) {
                SignedNote note = cosigner.cosign(candidate.get().note(), now);
                store.sign(id(followed.instance(), followed.log()), note);
                followed.signed(candidate.get(), note);
                count++;
            }
        }
        return count;
    }

    /** Remembers that everything up to there was read, and signed as far as it may be. */
    public void save(String stream, long position) throws IOException {
        store.place(
                new ReadingPlace(
                        stream,
                        position,
                        logs.values().stream().flatMap(l -> l.mark().stream()).toList()));
    }
}

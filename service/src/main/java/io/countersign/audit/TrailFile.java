// SPDX-License-Identifier: Apache-2.0
package io.countersign.audit;

import io.countersign.audit.tlog.DamagedTree;
import io.countersign.audit.tlog.InclusionProof;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * A trail file of whatever instance, in use or not, to be read and nothing else. What it says is
 * not verified. Used by one thread.
 */
public final class TrailFile implements AutoCloseable {
    private static final Duration BUSY = Duration.ofSeconds(5);

    private final Path file;
    private final Handle handle;

    private TrailFile(Path file, Handle handle) {
        this.file = file;
        this.handle = handle;
    }

    /**
     * Opens a file.
     *
     * @throws TrailRefused if it is no trail of ours
     */
    public static TrailFile open(Path file) throws TrailRefused, IOException {
        TrailDirectory.requireTrail(file);
        try {
            Handle handle = TrailDatabase.examiner(file, BUSY);
            try {
                Migrations.verify(handle);
                return new TrailFile(file, handle);
            } catch (TrailRefused | RuntimeException e) {
                handle.close();
                throw e;
            }
        } catch (JdbiException e) {
            throw unreadable(file, e);
        }
    }

    public LogOrigin origin() throws TrailRefused {
        try {
            return LogRow.read(handle).origin();
        } catch (JdbiException | DamagedTrail e) {
            throw unreadable(file, e);
        }
    }

    /** The key that signs its checkpoints, as the file names it. */
    public String vkey() throws TrailRefused {
        try {
            return LogRow.read(handle).vkey();
        } catch (JdbiException | DamagedTrail e) {
            throw unreadable(file, e);
        }
    }

    /** The pieces of up to so many places from that one on; none at the end. */
    public List<LogPiece> pieces(LogPlace from, int places) throws TrailRefused {
        try {
            return handle.inTransaction(h -> LogPieces.read(h, from, places));
        } catch (JdbiException | DamagedTree e) {
            throw unreadable(file, e);
        }
    }

    /** One entry, if its body is there. */
    public Optional<StoredEntry> entry(UUID id) throws TrailRefused {
        try {
            return handle.inTransaction(h -> TrailReader.entry(h, id));
        } catch (JdbiException e) {
            throw unreadable(file, e);
        }
    }

    /** Proof of one entry against the newest checkpoint; empty while none covers it. */
    public Optional<InclusionProof> proof(long seq) throws TrailRefused {
        try {
            return handle.inTransaction(h -> TrailReader.proof(h, seq));
        } catch (JdbiException | DamagedTree e) {
            throw unreadable(file, e);
        }
    }

    /**
     * Copies a trail as it is now, also one in use, into a new file: for evidence. The copy is
     * marked, and no instance goes on writing it.
     *
     * @throws TrailRefused if it is no trail of ours
     * @throws IOException if there is such a file, or it cannot be written
     */
    public static void backup(Path file, Path target) throws TrailRefused, IOException {
        TrailDirectory.requireTrail(file);
        TrailBackup.write(file, target);
    }

    private static TrailRefused unreadable(Path file, RuntimeException e) {
        return new TrailRefused(
                file + ": cannot be read: " + AuditUnavailable.root(e).getMessage(), e);
    }

    @Override
    public void close() {
        handle.close();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines in a file, forced to disk with every page. A full file becomes {@code NAME.1}, that one
 * {@code NAME.2} and so on. What a kill leaves of a line is taken away at the next start.
 */
final class FileSink implements Sink {
    private static final int TAIL = 64 * 1024;

    private final SinkSettings.ToFile settings;
    private @Nullable FileChannel open;

    FileSink(SinkSettings.ToFile settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void deliver(List<SinkEvent> events) throws IOException {
        StringBuilder text = new StringBuilder();
        for (SinkEvent event : events) {
            text.append(event.line()).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        FileChannel channel = channel();
        if (channel.size() > 0 && channel.size() + bytes.length > settings.maxBytes()) {
            rotate();
            channel = channel();
        }
        long before = channel.size();
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            long at = before;
            while (buffer.hasRemaining()) {
                at += channel.write(buffer, at);
            }
            channel.force(false);
        } catch (IOException e) {
            undo(channel, before, e);
            throw e;
        }
    }

    /** A disk that is full may take half a page; the next attempt writes all of it. */
    private void undo(FileChannel channel, long size, IOException why) {
        try {
            channel.truncate(size);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        close(); // opened anew, its end is looked at again
    }

    private FileChannel channel() throws IOException {
        FileChannel now = open;
        // Somebody may have moved it away, as logrotate does.
        if (now != null && now.isOpen() && Files.exists(settings.file())) {
            return now;
        }
        close();
        Path file = settings.file();
        Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
        create(file);
        FileChannel fresh =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        fresh.truncate(wholeLines(fresh));
        open = fresh;
        return fresh;
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-r-----")));
        } catch (FileAlreadyExistsException _) {
            return;
        } catch (UnsupportedOperationException _) {
            Files.createFile(file); // access lists of other systems are the operator's business
        }
    }

    /** Length up to the last line end. */
    private static long wholeLines(FileChannel file) throws IOException {
        long end = file.size();
        while (end > 0) {
            int length = (int) Math.min(TAIL, end);
            ByteBuffer tail = ByteBuffer.allocate(length);
            long from = end - length;
            while (tail.hasRemaining() && file.read(tail, from + tail.position()) >= 0) {
                // until it is full
            }
            for (int i = length - 1; i >= 0; i--) {
                if (tail.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            end = from;
        }
        return 0;
    }

    private void rotate() throws IOException {
        close();
        Path file = settings.file();
        for (int number = settings.keep(); number > 1; number--) {
            Path older = aside(file, number - 1);
            if (Files.exists(older)) {
                Files.move(older, aside(file, number), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, aside(file, 1), StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path aside(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public synchronized void close() {
        FileChannel now = open;
        open = null;
        if (now != null) {
            try {
                now.close();
            } catch (IOException _) {
                // Everything in it was forced to disk already.
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The log as JSON, an object a line, for programs that collect logs. A message that is about an
 * audit entry has its id in {@code entry} besides, so that log and trail can be joined. Chosen by
 * {@code COUNTERSIGN_LOG_FORMAT=json}; logback.xml names this class. Thread-safe.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final Pattern ENTRY =
            Pattern.compile("\\bentry ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\b");
    private static final byte[] NOTHING = {};

    private final JsonFactory json = new JsonFactory();

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator out = json.createGenerator(line)) {
            String message = event.getFormattedMessage();
            out.writeStartObject();
            out.writeStringField("time", Instant.ofEpochMilli(event.getTimeStamp()).toString());
            out.writeStringField("level", event.getLevel().toString());
            out.writeStringField("logger", event.getLoggerName());
            out.writeStringField("thread", event.getThreadName());
            out.writeStringField("message", message);
            Matcher entry = ENTRY.matcher(message);
            if (entry.find()) {
                out.writeStringField("entry", entry.group(1));
            }
            if (event.getThrowableProxy() != null) {
                out.writeStringField(
                        "error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("memory is no place where writing fails", e);
        }
        return line.toByteArray();
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}

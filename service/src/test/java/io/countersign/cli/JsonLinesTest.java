// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.status.Status;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The log as operators get it, in both forms. */
class JsonLinesTest {
    private static final String ENTRY = "01a20950-e575-7000-9ff5-9b4aa07df4f8";

    @Test
    void line_aboutAnEntry_isOneObjectWithItsId() throws Exception {
        String line =
                line("json", "entry " + ENTRY + ": a fault\n\"of\" ours", new IOException("disk"));

        assertThat(line.lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.path("entry").asText()).isEqualTo(ENTRY);
        assertThat(json.path("level").asText()).isEqualTo("ERROR");
        assertThat(json.path("logger").asText()).isEqualTo("io.countersign.Sample");
        assertThat(json.path("message").asText()).contains("a fault\n\"of\" ours");
        assertThat(json.path("error").asText()).startsWith("java.io.IOException: disk");
        assertThat(json.path("time").asText()).endsWith("Z");
    }

    @Test
    void line_withoutAnEntry_hasNoSuchField() throws Exception {
        JsonNode json = new ObjectMapper().readTree(line("json", "no entry here", null));

        assertThat(json.has("entry")).isFalse();
        assertThat(json.has("error")).isFalse();
    }

    @Test
    void line_asText_cannotBeForged() throws Exception {
        assertThat(line("text", "a client\nERROR forged", null).lines()).hasSize(1);
    }

    @Test
    void format_unknown_isRefused() {
        assertThatThrownBy(() -> LogFormat.refuseUnknown("xml"))
                .hasMessage("COUNTERSIGN_LOG_FORMAT: \"xml\" (expected: text or json)");
        assertThatCode(() -> LogFormat.refuseUnknown(null)).doesNotThrowAnyException();
        assertThatCode(() -> LogFormat.refuseUnknown("text")).doesNotThrowAnyException();
        assertThatCode(() -> LogFormat.refuseUnknown("json")).doesNotThrowAnyException();
    }

    /** With the shipped logback.xml, as this format would write it. */
    private static String line(String format, String message, @Nullable Throwable error)
            throws Exception {
        LoggerContext context = new LoggerContext();
        context.putProperty(LogFormat.VARIABLE, format);
        JoranConfigurator reader = new JoranConfigurator();
        reader.setContext(context);
        reader.doConfigure(JsonLines.class.getResource("/logback.xml"));
        // Of anything worse than that Logback tells standard output, where a command's answer
        // belongs.
        assertThat(context.getStatusManager().getCopyOfStatusList())
                .allMatch(status -> status.getEffectiveLevel() <= Status.INFO);
        List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.iteratorForAppenders().forEachRemaining(appenders::add);
        assertThat(appenders).hasSize(1);
        Encoder<ILoggingEvent> encoder =
                ((ConsoleAppender<ILoggingEvent>) appenders.getFirst()).getEncoder();
        Logger logger = context.getLogger("io.countersign.Sample");
        byte[] line =
                encoder.encode(new LoggingEvent("test", logger, Level.ERROR, message, error, null));
        context.stop();
        return new String(line, StandardCharsets.UTF_8);
    }
}

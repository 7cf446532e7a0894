// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.audit.TrailRefused;
import io.countersign.config.Surroundings;
import io.countersign.crypto.InvalidKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign serve}: answers callouts until it is told to stop. */
@Command(
        name = "serve",
        description = {
            "Answer auth callouts until SIGTERM or Ctrl-C.",
            "Changed files are read anew by themselves, and at SIGHUP.",
            "Then it leaves the queue group, answers what is in flight, and ends."
        })
final class ServeCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    /** The longest that a request may take, and some. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private static final String HANGUP = "SIGHUP";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            defaultValue = "countersign.yaml",
            description = "The configuration file (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("countersign.yaml");

    @Override
    public Integer call() throws IOException, InterruptedException {
        LogFormat.refuseUnknown(System.getenv(LogFormat.VARIABLE));
        AtomicReference<Instance> running = new AtomicReference<>();
        // First: until it is handled, a hangup ends the process. Until there is an instance it
        // means nothing: what changes meanwhile is seen when the watch begins.
        Hangup.handle(() -> Optional.ofNullable(running.get()).ifPresent(it -> it.reload(HANGUP)));
        Instance instance = start();
        running.set(instance);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        Thread.ofPlatform()
                                .name("shutdown")
                                .unstarted(() -> stop(instance, ended)));
        var _ =
                instance.ready()
                        .thenRun(() ->
                                log.info(
                                        "instance {} is ready, revision {}",
                                        instance.name(),
                                        instance.revision()));
        ended.await();
        return ExitCode.DONE;
    }

    private Instance start() throws IOException {
        try {
            return Instance.start(config, Surroundings.ofProcess());
        } catch (InvalidKey e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        } catch (TrailRefused e) {
            throw new CommandFailed(ExitCode.COULD_NOT, String.valueOf(e.getMessage()));
        }
    }

    private static void stop(Instance instance, CountDownLatch ended) {
        try {
            boolean all = instance.stop(DRAIN);
            log.info("stopped{}", all ? "" : "; some requests were not answered in time");
        } catch (IOException e) {
            log.error("the trail did not close cleanly: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.countDown();
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import io.countersign.crypto.NKey;
import io.countersign.nats.AccountResolvers;
import io.countersign.nats.NatsTarget;
import io.countersign.setup.ClaimsPublisher;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/** Lets {@code setup} reach the servers, which it does not know how to do itself. */
final class SystemAccount implements ClaimsPublisher, AutoCloseable {
    private final AccountResolvers resolvers;

    private SystemAccount(AccountResolvers resolvers) {
        this.resolvers = resolvers;
    }

    static SystemAccount connect(NatsTarget target) throws IOException {
        return new SystemAccount(
                uninterrupted(() -> AccountResolvers.connect(target, System::nanoTime)));
    }

    @Override
    public Servers servers(Duration within) throws IOException {
        AccountResolvers.Servers servers = uninterrupted(() -> resolvers.servers(within));
        return new Servers(
                servers.present().stream()
                        .map(it -> new Server(it.id(), it.name(), it.operatorJwts()))
                        .toList(),
                servers.known(),
                resolvers.unreachable());
    }

    @Override
    public List<ServerAnswer> push(byte[] accountJwt, int servers, Duration within)
            throws IOException {
        return uninterrupted(() -> resolvers.push(accountJwt, servers, within)).stream()
                .map(SystemAccount::answer)
                .toList();
    }

    private static ServerAnswer answer(AccountResolvers.Answer answer) {
        return answer.refusal().isPresent()
                ? new ServerAnswer.Refused(answer.server(), answer.refusal().get())
                : new ServerAnswer.Accepted(answer.server());
    }

    @Override
    public List<byte[]> lookup(NKey account, int servers, Duration within) throws IOException {
        return uninterrupted(() -> resolvers.lookup(account, servers, within));
    }

    @Override
    public void close() {
        resolvers.close();
    }

    /** Something that waits for servers. */
    private interface Waiting<T> {
        T get() throws IOException, InterruptedException;
    }

    private static <T> T uninterrupted(Waiting<T> question) throws IOException {
        try {
            return question.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while servers were asked");
        }
    }
}

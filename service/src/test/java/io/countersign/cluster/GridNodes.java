// SPDX-License-Identifier: Apache-2.0
package io.countersign.cluster;

import io.countersign.crypto.KeyedHash;
import io.countersign.kit.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Instances' parts in one cluster, as real members in this JVM. */
final class GridNodes implements AutoCloseable {
    static final String NAME = "cs-grid-it";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final List<Integer> ports = FreePorts.several(4);
    private final List<Node> nodes = new ArrayList<>();

    GridNodes(Path folder) {
        this.folder = folder;
    }

    /** One instance's part in the cluster. */
    record Node(RevocationBook book, Grid grid) implements AutoCloseable {
        boolean refuses(String account) {
            return book.view().findAccount(account, Drawn.NOW).isPresent();
        }

        @Override
        public void close() {
            grid.close();
            book.close();
        }
    }

    int port(int index) {
        return ports.get(index);
    }

    List<String> addresses() {
        return ports.stream().map(port -> "127.0.0.1:" + port).toList();
    }

    Grid.Settings settings(int index) {
        return new Grid.Settings(NAME, "n" + index, "127.0.0.1", port(index), addresses(), 3);
    }

    /** {@code disk}: name of the file with its revocations. */
    Node start(int index, String disk) throws IOException {
        return start(settings(index), disk);
    }

    Node start(Grid.Settings settings, String disk) throws IOException {
        RevocationBook book = offline(disk);
        Node node = new Node(book, Grid.start(settings, book, KeyedHash.of(new byte[32]), RANDOM));
        nodes.add(node);
        return node;
    }

    RevocationBook offline(String disk) throws IOException {
        RevocationSeal seal = Drawn.seal(1);
        return RevocationBook.open(
                seal, RevocationStore.open(folder.resolve(disk), seal), new Revocations());
    }

    void stop(Node node) {
        nodes.remove(node);
        node.close();
    }

    static Revocation account(int number, String name) {
        return new Revocation(
                new Drawn(number).id(),
                RevocationKind.ACCOUNT,
                name,
                "stolen",
                "ann",
                Drawn.NOW,
                Optional.empty(),
                1,
                false);
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }
}

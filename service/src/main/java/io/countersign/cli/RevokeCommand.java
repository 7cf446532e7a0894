// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign revoke}. */
@Command(
        name = "revoke",
        description = {
            "Refuse a principal, credential, token, issuer, account, address, client or session,",
            "or everything that was issued before a time, on all instances."
        })
final class RevokeCommand implements Callable<Integer> {
    @Mixin private AdminOption admin = new AdminOption();
    @Mixin private ConfirmedAct act = new ConfirmedAct();

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description =
                    "principal, credential, token, issuer, account, address, client, session or"
                            + " issued-before.")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "For example users:ann.")
    private String value = "";

    @Option(names = "--expires", paramLabel = "TIME", description = "When it ends by itself.")
    private @Nullable Instant expires;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ObjectNode body = PrettyJson.object().put("kind", kind).put("value", value);
        if (expires != null) {
            body.put("expires", expires.toString());
        }
        return act.send(admin, "revoke", body);
    }
}

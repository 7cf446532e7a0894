// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign unrevoke}. */
@Command(name = "unrevoke", description = "Lift a revocation on all instances.")
final class UnrevokeCommand implements Callable<Integer> {
    @Mixin private AdminOption admin = new AdminOption();
    @Mixin private ConfirmedAct act = new ConfirmedAct();

    @Parameters(paramLabel = "ID", description = "As revocations shows it.")
    private UUID id = new UUID(0, 0);

    @Override
    public Integer call() throws IOException, InterruptedException {
        return act.send(admin, "unrevoke", PrettyJson.object().put("id", id.toString()));
    }
}

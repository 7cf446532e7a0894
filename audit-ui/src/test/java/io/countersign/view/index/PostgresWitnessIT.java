// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.kit.PostgresServer;

class PostgresWitnessIT extends WitnessContract {
    @Override
    String address() {
        return PostgresServer.shared().database();
    }
}

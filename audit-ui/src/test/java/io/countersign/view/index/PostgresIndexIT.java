// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.index;

import io.countersign.kit.PostgresServer;

class PostgresIndexIT extends IndexContract {
    @Override
    String address() {
        return PostgresServer.shared().database();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/**
 * {@code deny-always}: what no grant of this policy gives, whatever its rule says.
 *
 * @param path of this mapping
 */
public record DenyAlwaysSource(String path, List<String> publish, List<String> subscribe) {
    public DenyAlwaysSource {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import java.util.List;

/**
 * What a {@link Shorthand} became: for people who review a policy.
 *
 * @param path of the shorthand in the file
 * @param publish subjects allowed to publish to, with their templates
 * @param subscribe subjects allowed to subscribe to
 * @param replies whether received requests may be answered
 */
public record WrittenOut(
        String path, List<String> publish, List<String> subscribe, boolean replies) {
    public WrittenOut {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
    }
}

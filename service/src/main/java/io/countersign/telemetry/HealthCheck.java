// SPDX-License-Identifier: Apache-2.0
package io.countersign.telemetry;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * One thing that an instance needs to do its work.
 *
 * @param name as in the report: {@code nats}, {@code trail}, …
 * @param problem what is wrong with it at the moment, without secrets; empty if nothing is. Asked
 *     from any thread; returns at once
 */
public record HealthCheck(String name, Supplier<Optional<String>> problem) {}

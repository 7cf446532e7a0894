/**
 * Files of the operator ({@code countersign.yaml}, {@code policy.yaml}, {@code users.yaml}) become
 * immutable records, or a list of every problem in them with file, line and path.
 *
 * <p>Bytes pass four doors: {@link io.countersign.config.YamlFile} (syntax, limits, duplicate
 * keys), {@link io.countersign.config.ConfigSchema} (the JSON Schema that editors use too), a
 * {@link io.countersign.config.ConfigReader} (values and rules between keys), and the compact
 * constructors of the records (last line of defence). A bad value is never replaced by a default.
 *
 * <p>It must not know NATS connections, the grid or how a request is answered, and it opens no
 * seed: secrets leave it as {@link io.countersign.config.SecretSource}. Nothing in here prints a
 * value that could be a secret.
 */
@NullMarked
package io.countersign.config;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
/**
 * What replicas of the view share in a PostgreSQL database: people, and the views that they saved.
 * Knows neither pages nor the index.
 */
@NullMarked
package io.countersign.view.store;

import org.jspecify.annotations.NullMarked;

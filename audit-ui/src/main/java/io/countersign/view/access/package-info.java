// SPDX-License-Identifier: Apache-2.0
/** Who may look at the audit view, and how that is proved. Knows no page, no index and no NATS. */
@NullMarked
package io.countersign.view.access;

import org.jspecify.annotations.NullMarked;

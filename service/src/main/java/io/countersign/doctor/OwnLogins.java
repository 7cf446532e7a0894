// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import java.util.Optional;

/** Logins of the service. */
record OwnLogins(OwnLogin callout, Optional<OwnLogin> operations, Optional<OwnLogin> system) {}

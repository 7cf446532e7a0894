// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.view.access.OidcLogin;
import io.countersign.view.access.Sessions;
import io.countersign.view.access.Users;
import java.util.Optional;

/** How people get in. */
public record Access(Users users, Sessions sessions, Optional<OidcLogin> oidc) {}

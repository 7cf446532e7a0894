// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

/** What an address does about account scopes. */
enum Reach {
    /** It shows no entries at all. */
    NOTHING,
    /** Everything on it comes from searches that carry the viewer's accounts. */
    FILTERED,
    /** Only for people who may see all accounts. */
    UNSCOPED
}

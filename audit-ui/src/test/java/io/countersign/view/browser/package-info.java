// SPDX-License-Identifier: Apache-2.0
/** The pages in a real Chromium. */
@NullMarked
package io.countersign.view.browser;

import org.jspecify.annotations.NullMarked;

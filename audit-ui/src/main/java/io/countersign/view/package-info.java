/** The web view over the audit trail. */
@NullMarked
package io.countersign.view;

import org.jspecify.annotations.NullMarked;

/**
 * The searchable copy of the trail: what it holds, how it is fed and asked. Knows nothing of pages,
 * people or the web.
 */
@NullMarked
package io.countersign.view.index;

import org.jspecify.annotations.NullMarked;

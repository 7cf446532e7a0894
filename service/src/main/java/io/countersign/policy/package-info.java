/**
 * What a principal may do: rules, templates, grants and decisions. Pure: no I/O, no clock but the
 * one passed in.
 */
@NullMarked
package io.countersign.policy;

import org.jspecify.annotations.NullMarked;

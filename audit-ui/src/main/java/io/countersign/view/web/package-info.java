/**
 * Pages over the index: routes and who may take them, people and their sessions, the decision told
 * in words. Knows the index and the form of an entry; knows nothing of where entries come from.
 */
@NullMarked
package io.countersign.view.web;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

/**
 * What every page has around it.
 *
 * @param viewer empty when nobody is logged in
 */
public record Frame(String title, String viewer, String scope, String csrf, String page) {
    static Frame of(String title, String page, Ask ask) {
        return ask.session()
                .map(s ->
                        new Frame(
                                title,
                                s.viewer().name(),
                                s.viewer().accounts().isEmpty()
                                        ? "all accounts"
                                        : "accounts " + String.join(", ", s.viewer().accounts()),
                                s.csrf(),
                                page))
                .orElse(new Frame(title, "", "", "", page));
    }
}

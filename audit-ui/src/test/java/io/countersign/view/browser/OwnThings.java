// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;

/** What a person keeps for themselves: searches with a name, a time zone; and how they leave. */
record OwnThings(String url, Page page) {
    void keptAndLeft() {
        page.navigate(url + "views?link=%2Fexplore%3Ft%3D1h%26q%3Duser%253Aalice");
        page.fill("input[name=name]", "All of alice");
        page.click("main form.stack button");
        page.waitForURL(found -> found.contains("/explore?t=1h"));
        page.navigate(url + "views");
        assertThat(page.locator("ul.views").first().innerText()).contains("All of alice");

        page.navigate(url + "settings");
        page.fill("input[name=tz]", "Asia/Tokyo");
        page.click("main form.stack button >> text=Save");
        page.navigate(url + "explore?t=1h&q=user%3Aalice");
        assertThat(page.locator(".zone").first().textContent()).contains("Asia/Tokyo");

        page.click("details.who summary");
        page.click("text=Log out");
        page.waitForURL("**/login*");
        page.navigate(url + "explore");
        assertThat(page.url()).contains("/login");
    }
}

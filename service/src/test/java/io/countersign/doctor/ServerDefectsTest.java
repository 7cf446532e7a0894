// SPDX-License-Identifier: Apache-2.0
package io.countersign.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which released server has which defect (reference 3.9). */
class ServerDefectsTest {
    private static final String BYPASS = "gets in without a question";
    private static final String MQTT = "an MQTT password is passed on as a JWT";

    @Test
    void serverWithoutCallouts_isNamedAsSuch() {
        assertThat(ServerDefects.of("2.9.25")).containsExactly("it has no auth callouts");
    }

    @Test
    void newestServer_hasNone() {
        assertThat(ServerDefects.of("2.15.0")).isEmpty();
        assertThat(ServerDefects.of("2.15.1-beta.2")).isEmpty();
        assertThat(ServerDefects.of("3.0.0")).isEmpty();
    }

    @Test
    void fixInOneLine_doesNotMendTheOthers() {
        assertThat(ServerDefects.of("2.10.29")).contains(MQTT);
        assertThat(ServerDefects.of("2.11.14")).contains(MQTT);
        assertThat(ServerDefects.of("2.11.15")).doesNotContain(MQTT);
        assertThat(ServerDefects.of("2.12.5")).contains(MQTT);
        assertThat(ServerDefects.of("2.12.6"))
                .doesNotContain(MQTT)
                .contains("an MQTT client's JWT is lost");
        assertThat(ServerDefects.of("2.12.7")).doesNotContain("an MQTT client's JWT is lost");
    }

    @Test
    void lastReleasesBeforeTheGoodOne_haveTheBypassOnly() {
        assertThat(ServerDefects.of("2.14.5")).singleElement().asString().endsWith(BYPASS);
        assertThat(ServerDefects.of("2.12.15")).singleElement().asString().endsWith(BYPASS);
    }

    @Test
    void versionThatCannotBeRead_isNotJudged() {
        assertThat(ServerDefects.of("devel")).isEmpty();
    }
}

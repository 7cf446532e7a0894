// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.countersign.protocol.Subjects;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Any subject of a file with any name of a client: refused, or one valid subject of its shape. */
@Tag("fuzz")
class TemplateFuzzTest {
    @FuzzTest
    void anySubjectWithAnyName_isRefusedOrKeepsItsShape(FuzzedDataProvider data) {
        boolean queues = data.consumeBoolean();
        String name = data.consumeString(64);
        String text = data.consumeRemainingAsString();
        SubjectTemplate template;
        try {
            template = SubjectTemplate.parse(text, queues);
        } catch (IllegalArgumentException refused) {
            return;
        }
        try {
            List<String> subjects = template.expand(Client.named(name).facts());
            assertThat(subjects).isNotEmpty();
            for (String subject : subjects) {
                assertThat(Subjects.subscribeProblem(subject)).isEmpty();
                assertThat(subject.chars().filter(TemplateFuzzTest::isStructure).count())
                        .isEqualTo(
                                template.sample()
                                        .chars()
                                        .filter(TemplateFuzzTest::isStructure)
                                        .count());
                assertThat(queues || subject.indexOf(' ') < 0).isTrue();
            }
        } catch (UnsafeValue refused) {
            assertThat(refused.detail()).isNotEmpty();
        }
    }

    private static boolean isStructure(int c) {
        return c == '.' || c == '*' || c == '>' || c == ' ';
    }
}

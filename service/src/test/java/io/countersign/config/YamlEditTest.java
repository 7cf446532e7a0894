// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlEditTest {
    private static final List<String> XKEYS = List.of("keys", "xkeys");

    @Test
    void prepend_flowList_leavesTheRestAsItIs() {
        String text =
                """
                # ours
                keys:   # these
                  xkeys: [ keys/xkey.nk ]   # sealed
                  issuers: [keys/issuer.nk]
                other: "é \uD83D\uDD11"
                """;

        assertThat(YamlEdit.prepend(text, XKEYS, "keys/new.nk"))
                .contains(text.replace("[ keys/xkey.nk ]", "[ keys/new.nk, keys/xkey.nk ]"));
    }

    @Test
    void prepend_behindCharactersOfTwoUnits_findsThePlace() {
        String text = "name: \"\uD83D\uDD11\uD83D\uDD11\"\nkeys: {xkeys: [a.nk]}\n";

        assertThat(YamlEdit.prepend(text, XKEYS, "b.nk"))
                .contains(text.replace("[a.nk]", "[b.nk, a.nk]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void prepend_blockList_keepsItsIndentation(String indent) {
        String text =
                """
                keys:
                  xkeys:
                  # the oldest
                  INDENT- {file: keys/xkey.nk}  # since 2025
                  issuers: [keys/issuer.nk]
                """
                        .replace("INDENT", indent);

        assertThat(YamlEdit.prepend(text, XKEYS, "keys/new.nk"))
                .contains(
                        text.replace(
                                "  " + indent + "- {",
                                "  " + indent + "- keys/new.nk\n  " + indent + "- {"));
    }

    @Test
    void prepend_oneValueWithoutBrackets_becomesAList() {
        assertThat(YamlEdit.prepend("keys:\n  xkeys: a.nk # one\n", XKEYS, "b c.nk"))
                .contains("keys:\n  xkeys: [\"b c.nk\", a.nk] # one\n");
    }

    @Test
    void prepend_aMapping_standsInFrontOfTheOthers() {
        String text = "admins:\n  # ours\n  - name: ann\n    key: UA\n";

        assertThat(
                        YamlEdit.prepend(
                                text,
                                List.of("admins"),
                                new TreeMap<>(Map.of("key", "UB", "name", "b c"))))
                .contains(
                        "admins:\n  # ours\n  - {key: UB, name: \"b c\"}\n  - name: ann\n    key: UA\n");
    }

    @Test
    void remove_fromAFlowList_takesOneItem() {
        String text = "keys: {xkeys: [a, {file: b}, c], sealed: true}\n";

        assertThat(YamlEdit.remove(text, XKEYS, 0)).contains(text.replace("a, ", ""));
        assertThat(YamlEdit.remove(text, XKEYS, 1)).contains(text.replace("{file: b}, ", ""));
        assertThat(YamlEdit.remove(text, XKEYS, 2)).contains(text.replace(", c]", "]"));
    }

    @Test
    void remove_fromABlockList_takesItsLines() {
        String text =
                """
                admins:
                  - name: ann   # first
                    key: UA
                  # second
                  - name: bob
                    key: UB

                # the end
                more: 1
                """;
        List<String> admins = List.of("admins");

        assertThat(YamlEdit.remove(text, admins, 0))
                .contains(text.replace("  - name: ann   # first\n    key: UA\n", ""));
        assertThat(YamlEdit.remove(text, admins, 1))
                .contains(text.replace("  - name: bob\n    key: UB\n", ""));
    }

    /** What another place of the file shares, or what is not there, is for a person. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys: &k\n  xkeys: [a]\nmore: *k\n",
                "keys:\n  xkeys: &x [a]\nmore: *x\n",
                "more: &x [a]\nkeys:\n  xkeys: *x\n",
                "keys:\n  issuers: [a]\n",
                "keys: [xkeys]\n",
                "keys:\n  xkeys:\n",
                "keys:\n  xkeys:\n    -\n      a\n",
                "keys: {xkeys: [a",
                ""
            })
    void prepend_whereItIsNotSafe_changesNothing(String text) {
        assertThat(YamlEdit.prepend(text, XKEYS, "b")).isEmpty();
    }

    @Test
    void remove_theLastItem_isNotDone() {
        assertThat(YamlEdit.remove("keys:\n  xkeys: [a]\n", XKEYS, 0)).isEmpty();
        assertThat(YamlEdit.remove("keys:\n  xkeys: [a, b]\n", XKEYS, 2)).isEmpty();
        assertThat(YamlEdit.remove("keys:\n  xkeys: a\n", XKEYS, 0)).isEqualTo(Optional.empty());
    }

    @Test
    void set_aText_keepsWhatIsBehindIt() {
        String text = "keys:\n  cluster-secret: a.secret   # ours\n  issuers: [b]\n";

        assertThat(YamlEdit.set(text, List.of("keys", "cluster-secret"), "new one"))
                .contains(text.replace("a.secret", "\"new one\""));
    }

    @Test
    void add_andDrop_takeALineOfTheirOwn() {
        String text = "keys:\n  cluster-secret: a.secret   # ours\n  issuers: [b]\n";
        List<String> secret = List.of("keys", "cluster-secret");
        TextNode means = TextNode.valueOf("c");

        String added = YamlEdit.add(text, secret, "more", means, "c").orElseThrow();

        assertThat(added).isEqualTo(text.replace("# ours\n", "# ours\n  more: c\n"));
        assertThat(YamlEdit.drop(added, List.of("keys", "more"))).contains(text);
        assertThat(YamlEdit.add("keys: {cluster-secret: a}\n", secret, "more", means, "c"))
                .contains("keys: {cluster-secret: a, more: c}\n");
        assertThat(YamlEdit.add("keys:\n  cluster-secret: a", secret, "more", means, "c"))
                .contains("keys:\n  cluster-secret: a\n  more: c\n");
        assertThat(YamlEdit.add(text, secret, "issuers", means, "c")).isEmpty();
    }

    @Test
    void drop_lists_goWithAllTheirLines() {
        String text = "keys:\n  others:\n    - a\n    - b\n  more: 1\n";

        assertThat(YamlEdit.drop(text, List.of("keys", "others"))).contains("keys:\n  more: 1\n");
        assertThat(YamlEdit.drop("keys: {others: [a], more: 1}\n", List.of("keys", "others")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "Null", "12", "0x1", "a b", "a: b", "#", "", "é", "a\\\"b"})
    void quoted_anyText_isReadAsThatText(String item) {
        assertThat(YamlEdit.prepend("keys: {xkeys: [a]}\n", XKEYS, item)).isPresent();
    }
}

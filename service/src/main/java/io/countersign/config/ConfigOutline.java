// SPDX-License-Identifier: Apache-2.0
package io.countersign.config;

import io.countersign.policy.PolicyContext;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code countersign.yaml} says about the other files, read so leniently that a broken one
 * still tells it: so that an operator sees the problems of all files at once. Also finds the lines
 * of its keys. Immutable.
 */
public final class ConfigOutline {
    /** {@code xkeys[0]}. */
    private static final Pattern STEP = Pattern.compile("([^\\[]+)(?:\\[(\\d{1,4})])?");

    private final YamlFile yaml;
    private final ConfigReader root;

    private ConfigOutline(YamlFile yaml) {
        this.yaml = yaml;
        // What is wrong with the file is told by the reader that judges it.
        this.root = ConfigReader.of(yaml, new Problems());
    }

    /** Empty if the file cannot be read at all; {@link ServiceConfig#read} says why. */
    public static Optional<ConfigOutline> read(Path file) {
        return YamlFile.read(file, new Problems()).map(ConfigOutline::new);
    }

    /** The policy file. */
    public Path policy() {
        Folder folder = root.folder();
        return root.key("policy").file(folder).orElseGet(() -> folder.resolve("policy.yaml"));
    }

    /** The shadow policy, if one is named. */
    public Optional<Path> shadowPolicy() {
        return root.key("shadow-policy").file(root.folder());
    }

    /** The file of users, if one is named. */
    public Optional<Path> users() {
        return root.key("users").file(root.folder());
    }

    /** What the policy may refer to; empty if no account can be made out. */
    public Optional<PolicyContext> policyContext() {
        Set<String> accounts = root.key("accounts").entries().keySet();
        String calloutAccount = root.key("keys").key("callout-account").text("");
        return accounts.isEmpty()
                ? Optional.empty()
                : Optional.of(PolicyFile.context(accounts, calloutAccount, sources()));
    }

    /** Names of the authenticators. */
    public Set<String> sources() {
        Set<String> names = new LinkedHashSet<>(Set.of(UsersFile.SOURCE));
        root.key("authenticators")
                .items()
                .forEach(each -> each.key("name").text().ifPresent(names::add));
        return names;
    }

    /** The file that a value names, by the path of a problem with it; empty if it names none. */
    public Optional<Path> fileAt(String path) {
        ConfigReader at = root;
        for (String step : path.split("\\.", -1)) {
            Matcher form = STEP.matcher(step);
            if (!form.matches()) {
                return Optional.empty();
            }
            at = at.key(form.group(1));
            if (form.group(2) != null) {
                List<ConfigReader> items = at.items();
                int index = Integer.parseInt(form.group(2));
                if (index >= items.size()) {
                    return Optional.empty();
                }
                at = items.get(index);
            }
        }
        return at.file(root.folder());
    }

    /** A problem at a place of the file that only shows when what it names is opened. */
    public Problem problem(KeyPath at, String message) {
        return yaml.problem(yaml.existing(at), message);
    }
}

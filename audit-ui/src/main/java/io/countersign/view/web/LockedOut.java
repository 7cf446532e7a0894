// SPDX-License-Identifier: Apache-2.0
package io.countersign.view.web;

import io.countersign.identity.Cidr;
import io.countersign.identity.HostAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whom a lockout names, from the words of the instance: {@code user ann, address 10.0.0.7}. */
record LockedOut(List<Part> parts) {
    /** One of them. */
    record Part(String kind, String value) {}

    static LockedOut parse(String about) {
        List<Part> parts = new ArrayList<>();
        for (String text : about.split(", ", -1)) {
            int blank = text.indexOf(' ');
            if (blank > 0) {
                parts.add(new Part(text.substring(0, blank), text.substring(blank + 1)));
            }
        }
        return new LockedOut(List.copyOf(parts));
    }

    /** The page of the one address that it names; empty if it names none. */
    String link() {
        return parts.stream()
                .filter(part -> part.kind().equals("address"))
                .map(Part::value)
                .filter(value -> HostAddress.parse(value).isPresent())
                .findFirst()
                .map(value -> Links.subject("address", value))
                .orElse("");
    }

    /** True if it concerns the subject of a page. A claimed name is no proof, but it is locked. */
    boolean concerns(String kind, String value) {
        return parts.stream()
                .anyMatch(part ->
                        switch (kind) {
                            case "address" ->
                                    part.kind().equals("address")
                                            && (part.value().equals(value)
                                                    || isWithin(value, part.value()));
                            case "principal" ->
                                    (part.kind().equals("principal") && part.value().equals(value))
                                            || (part.kind().equals("user")
                                                    && value.endsWith(":" + part.value()));
                            default -> part.kind().equals(kind) && part.value().equals(value);
                        });
    }

    /** True for an address in a network. */
    static boolean isWithin(String address, String network) {
        Optional<HostAddress> host = HostAddress.parse(address);
        if (host.isEmpty() || !network.contains("/")) {
            return false;
        }
        try {
            return Cidr.parse(network).contains(host.get());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

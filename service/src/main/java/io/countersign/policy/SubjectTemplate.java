// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import io.countersign.protocol.Subjects;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A subject of a grant as its author wrote it, judged when the policy is loaded: whatever values a
 * client brings, {@link #expand} gives subjects of this shape or refuses the client.
 */
final class SubjectTemplate {
    /** First tokens that belong to the system and that no client's name may become. */
    private static final Set<String> RESERVED = Set.of("_INBOX", "_R_", "_GR_");

    private final String written;
    private final Template template;
    private final boolean startsWithVariable;

    private SubjectTemplate(String written, Template template, boolean startsWithVariable) {
        this.written = written;
        this.template = template;
        this.startsWithVariable = startsWithVariable;
    }

    /**
     * Reads one.
     *
     * @param queueAllowed whether {@code subject queue} may be written
     * @throws IllegalArgumentException what is wrong with it, for a person
     */
    static SubjectTemplate parse(String text, boolean queueAllowed) {
        Template template = Template.parse(text);
        String sample = template.with("x");
        String other = template.with("xx");
        Optional<String> problem =
                queueAllowed ? Subjects.subscribeProblem(sample) : Subjects.publishProblem(sample);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(
                    problem.get() + hint(sample, template, queueAllowed));
        }
        if (!queue(sample).equals(queue(other))) {
            throw new IllegalArgumentException(
                    "has a template in its queue (expected: in the subject only)");
        }
        boolean startsWithVariable = !firstToken(sample).equals(firstToken(other));
        if (startsWithVariable && sample.startsWith("$")) {
            throw new IllegalArgumentException(
                    "a template may not complete the name of a system subject");
        }
        return new SubjectTemplate(text, template, startsWithVariable);
    }

    private static String hint(String sample, Template template, boolean queueAllowed) {
        if (!queueAllowed && sample.indexOf(' ') >= 0) {
            return " (a queue can only be named in subscribe)";
        }
        return template.isLiteral() ? "" : " (a template stands for a part of one token)";
    }

    private static String queue(String text) {
        int space = text.indexOf(' ');
        return space < 0 ? "" : text.substring(space + 1);
    }

    /** As it stands in the file. */
    String written() {
        return written;
    }

    boolean isLiteral() {
        return template.isLiteral();
    }

    /** With a stand-in for every variable: for comparing shapes. */
    String sample() {
        return template.with("x");
    }

    Template template() {
        return template;
    }

    /** Whether it names a queue. */
    boolean hasQueue() {
        return sample().indexOf(' ') >= 0;
    }

    /** The sample without its queue. */
    String subject() {
        return sample().split(" ", 2)[0];
    }

    boolean hasWildcard() {
        String subject = subject();
        return subject.indexOf('*') >= 0 || subject.indexOf('>') >= 0;
    }

    /** Whether some subject (queues left aside) could match both, with some client's values. */
    boolean overlaps(SubjectTemplate other) {
        String[] mine = shape();
        String[] theirs = other.shape();
        for (int i = 0; i < Math.min(mine.length, theirs.length); i++) {
            if (mine[i].equals(">") || theirs[i].equals(">")) {
                return true;
            }
            boolean same = mine[i].equals(theirs[i]);
            if (!same && !mine[i].equals("*") && !theirs[i].equals("*")) {
                return false;
            }
        }
        return mine.length == theirs.length;
    }

    /** Tokens; one with a variable in it may become anything. */
    private String[] shape() {
        String[] tokens = subject().split("\\.", -1);
        String[] others = template.with("xx").split(" ", 2)[0].split("\\.", -1);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = tokens[i].equals(others[i]) ? tokens[i] : "*";
        }
        return tokens;
    }

    /**
     * The subjects that it stands for with a client.
     *
     * @throws UnsafeValue if a value must not stand in it
     */
    List<String> expand(Facts facts) throws UnsafeValue {
        List<String> subjects = template.expand(facts);
        for (String subject : subjects) {
            String first = firstToken(subject);
            if (startsWithVariable && (first.startsWith("$") || RESERVED.contains(first))) {
                throw new UnsafeValue("a value would become the name of a system subject");
            }
            Optional<String> problem = Subjects.subscribeProblem(subject);
            if (problem.isPresent()) {
                throw new UnsafeValue("a subject with its values " + problem.get());
            }
        }
        return subjects;
    }

    private static String firstToken(String subject) {
        int dot = subject.indexOf('.');
        return dot < 0 ? subject : subject.substring(0, dot);
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.policy;

import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import java.util.stream.Collectors;

/**
 * A condition in the Common Expression Language, checked when it is loaded: unknown names, wrong
 * types and what could run long are refused then. No loops, no side effects, no I/O; regular
 * expressions are matched in linear time. Immutable; programs may be evaluated by any number of
 * threads.
 *
 * @see ExpressionWords for what it may look at
 */
final class Expression {
    /** Longer ones should be several rules. */
    private static final int MAX_LENGTH = 2000;

    /**
     * A login waits for this. The iterations are those of {@code exists}, {@code all}, {@code map}
     * and {@code filter} over groups and attributes of one principal.
     */
    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .maxExpressionCodePointSize(MAX_LENGTH)
                    .maxParseRecursionDepth(32)
                    .maxParseExpressionNodeCount(500)
                    .comprehensionMaxIterations(10_000)
                    .maxRegexProgramSize(1_000)
                    .enableRegexPartialMatch(true)
                    .build();

    private final String text;
    private final Program program;

    private Expression(String text, Program program) {
        this.text = text;
        this.program = program;
    }

    /** Made once, when the first policy with an expression is loaded: it takes most of a second. */
    private static final class Workshop {
        static final CelCompiler COMPILER =
                CelCompilerFactory.standardCelCompilerBuilder()
                        .setOptions(OPTIONS)
                        .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                        .addVarDeclarations(ExpressionWords.declarations())
                        .addFunctionDeclarations(ExpressionWords.functions())
                        .setResultType(SimpleType.BOOL)
                        .build();
        static final CelRuntime RUNTIME =
                CelRuntimeFactory.legacyCelRuntimeBuilder()
                        .setOptions(OPTIONS)
                        .addFunctionBindings(ExpressionWords.bindings())
                        .build();

        private Workshop() {}
    }

    /**
     * Reads and checks it.
     *
     * @throws IllegalArgumentException with each problem and its place in the expression
     */
    static Expression compile(String text) {
        CelValidationResult checked = Workshop.COMPILER.compile(text);
        try {
            return new Expression(text, Workshop.RUNTIME.createProgram(checked.getAst()));
        } catch (CelValidationException refused) {
            throw new IllegalArgumentException(
                    refused.getErrors().stream()
                            .map(Expression::told)
                            .collect(Collectors.joining("; ")),
                    refused);
        } catch (CelEvaluationException refused) {
            throw new IllegalArgumentException(String.valueOf(refused.getMessage()), refused);
        }
    }

    /** One line, with the place counted from 1 as editors do. */
    private static String told(CelIssue issue) {
        return "%d:%d: %s"
                .formatted(
                        issue.getSourceLocation().getLine(),
                        issue.getSourceLocation().getColumn() + 1,
                        advised(issue.getMessage().lines().findFirst().orElse("")));
    }

    private static String advised(String message) {
        return message.startsWith("undeclared reference")
                ? message.replace(" (in container '')", "")
                        + " (expected: one of %s)".formatted(ExpressionWords.listed())
                : message;
    }

    /**
     * Whether it holds. What fails (an attribute that is not there, a division by zero) cannot be
     * told, and so never allows (design, decision 11).
     */
    Match test(Question question) {
        try {
            Object value = program.eval(new ExpressionWords(question)::find);
            return value instanceof Boolean holds ? Match.of(holds) : Match.UNKNOWN;
        } catch (CelEvaluationException | IllegalArgumentException e) {
            // Hot for a rule that is written like that, so it is not logged: explain tells it.
            return Match.UNKNOWN;
        }
    }

    /** For an explanation: why it could not be told; empty if it could. */
    String failure(Question question) {
        try {
            var _ = program.eval(new ExpressionWords(question)::find);
            return "";
        } catch (CelEvaluationException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.docs;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tests that pages name. */
public final class NamedTests {
    private NamedTests() {}

    /** True if the runner would run it. {@code type} is a class name below io.countersign. */
    public static boolean exists(String type, String method) {
        try {
            Class<?> tests =
                    Class.forName(
                            "io.countersign." + type, false, NamedTests.class.getClassLoader());
            return Arrays.stream(methods(tests))
                    .filter(m -> m.getName().equals(method))
                    .anyMatch(NamedTests::isTest);
        } catch (ClassNotFoundException _) {
            return false;
        }
    }

    /** Also those that a contract brings. */
    private static Method[] methods(Class<?> tests) {
        Class<?> above = tests.getSuperclass();
        Method[] own = tests.getDeclaredMethods();
        if (above == null || above == Object.class) {
            return own;
        }
        Method[] inherited = methods(above);
        Method[] all = Arrays.copyOf(own, own.length + inherited.length);
        System.arraycopy(inherited, 0, all, own.length, inherited.length);
        return all;
    }

    /** {@code @Test} and its like all carry this annotation. */
    private static boolean isTest(Method method) {
        return AnnotationSupport.isAnnotated(method, Testable.class);
    }
}

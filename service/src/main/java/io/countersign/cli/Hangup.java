// SPDX-License-Identifier: Apache-2.0
package io.countersign.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which ends a JVM unless it is handled. Java has no public way but {@code sun.misc.Signal}
 * (module {@code jdk.unsupported}, kept for this, JEP 260); it is reached by reflection because the
 * compiler's warning about it cannot be turned off.
 */
final class Hangup {
    private static final Logger log = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** Runs the action at each SIGHUP from now on, on a thread of the JVM. */
    static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours =
                    Proxy.newProxyInstance(
                            Hangup.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (proxy, method, arguments) -> {
                                if (!method.getName().equals("handle")) {
                                    return method.invoke(action, arguments); // of Object
                                }
                                action.run();
                                return null;
                            });
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hup, ours);
        } catch (InvocationTargetException e) {
            // Systems without this signal, or a JVM started with -Xrs.
            log.info("no reload by SIGHUP here: {}", String.valueOf(e.getCause()));
        } catch (ReflectiveOperationException e) {
            log.warn("no reload by SIGHUP in this Java runtime: {}", e.toString());
        }
    }
}

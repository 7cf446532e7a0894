// SPDX-License-Identifier: Apache-2.0
package io.countersign.crypto.pkcs11;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The few C functions of a PKCS#11 module (OASIS, version 2.40; EdDSA from 3.0) that it takes to
 * sign. Words and pointers have 64 bits, as on Linux and macOS. A module belongs to the process: it
 * is initialised once and never finalised, whoever else uses it. Thread-safe as far as each session
 * is used by one thread at a time.
 */
@SuppressWarnings("restricted") // a native library cannot be called otherwise
final class Cryptoki {
    private static final long WORD = 8;
    private static final long ATTRIBUTE = 3 * WORD;

    /** Places in CK_FUNCTION_LIST, behind its version. */
    private static final int INITIALIZE = 0;

    private static final int GET_SLOT_LIST = 4;
    private static final int GET_TOKEN_INFO = 6;
    private static final int OPEN_SESSION = 12;
    private static final int CLOSE_SESSION = 13;
    private static final int LOGIN = 18;
    private static final int GET_ATTRIBUTE_VALUE = 24;
    private static final int FIND_OBJECTS_INIT = 26;
    private static final int FIND_OBJECTS = 27;
    private static final int FIND_OBJECTS_FINAL = 28;
    private static final int SIGN_INIT = 42;
    private static final int SIGN = 43;
    private static final int FUNCTIONS = 44;

    private static final long OS_LOCKING_OK = 2;
    private static final long SERIAL_SESSION = 4;
    private static final long USER = 1;
    private static final long CLASS = 0x0;
    private static final long LABEL = 0x3;
    private static final long KEY_TYPE = 0x100;
    private static final long EC_POINT = 0x181;
    private static final long EDWARDS = 0x40;
    private static final long EDDSA = 0x1057;
    private static final int LABEL_LENGTH = 32;
    private static final int TOKEN_INFO = 256;
    private static final int SIGNATURE = 64;
    private static final int MOST_SLOTS = 256;

    /** Kinds of objects. */
    enum Kind {
        PUBLIC_KEY(2),
        PRIVATE_KEY(3);

        private final long code;

        Kind(long code) {
            this.code = code;
        }
    }

    private final Linker linker = Linker.nativeLinker();
    private final Map<Integer, MethodHandle> linked = new ConcurrentHashMap<>();
    private final MemorySegment functions;

    private Cryptoki(MemorySegment functions) {
        this.functions = functions;
    }

    /**
     * Loads a module and initialises it.
     *
     * @throws IOException if it is none
     */
    static Cryptoki load(Path module) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry =
                    SymbolLookup.libraryLookup(module, Arena.global())
                            .find("C_GetFunctionList")
                            .orElseThrow(() -> new IOException(module + ": not a PKCS#11 module"));
            MemorySegment list = arena.allocate(ADDRESS);
            MethodHandle get =
                    Linker.nativeLinker()
                            .downcallHandle(entry, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
            check("C_GetFunctionList", invoke(get, list));
            Cryptoki loaded =
                    new Cryptoki(list.get(ADDRESS, 0).reinterpret(WORD + FUNCTIONS * WORD));
            loaded.initialize(arena);
            return loaded;
        } catch (IllegalArgumentException e) {
            throw new IOException(module + ": cannot be loaded as a library", e);
        }
    }

    private void initialize(Arena arena) throws TokenFault {
        MemorySegment arguments = arena.allocate(6 * WORD, WORD);
        arguments.set(JAVA_LONG, 4 * WORD, OS_LOCKING_OK);
        long code = invoke(function(INITIALIZE, ADDRESS), arguments);
        if (code != TokenFault.ALREADY_INITIALIZED) {
            check("C_Initialize", code);
        }
    }

    /** The slot with the token of this label. */
    Optional<Long> slot(String label) throws TokenFault {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slots = arena.allocate(MOST_SLOTS * WORD, WORD);
            MemorySegment count = arena.allocateFrom(JAVA_LONG, MOST_SLOTS);
            check(
                    "C_GetSlotList",
                    invoke(
                            function(GET_SLOT_LIST, JAVA_BYTE, ADDRESS, ADDRESS),
                            (byte) 1,
                            slots,
                            count));
            for (int i = 0; i < count.get(JAVA_LONG, 0); i++) {
                long slot = slots.getAtIndex(JAVA_LONG, i);
                MemorySegment info = arena.allocate(TOKEN_INFO, WORD);
                if (invoke(function(GET_TOKEN_INFO, JAVA_LONG, ADDRESS), slot, info) == 0
                        && label.equals(text(info))) {
                    return Optional.of(slot);
                }
            }
            return Optional.empty();
        }
    }

    /** Padded with blanks; it stands first. */
    private static String text(MemorySegment tokenInfo) {
        byte[] label = tokenInfo.asSlice(0, LABEL_LENGTH).toArray(JAVA_BYTE);
        return new String(label, StandardCharsets.UTF_8).stripTrailing();
    }

    long openSession(long slot) throws TokenFault {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment session = arena.allocate(JAVA_LONG);
            check(
                    "C_OpenSession",
                    invoke(
                            function(OPEN_SESSION, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS),
                            slot,
                            SERIAL_SESSION,
                            MemorySegment.NULL,
                            MemorySegment.NULL,
                            session));
            return session.get(JAVA_LONG, 0);
        }
    }

    /** One that is gone already is no fault. */
    void closeSession(long session) {
        long _ = invoke(function(CLOSE_SESSION, JAVA_LONG), session);
    }

    /** Logs the whole process in at the session's token. The caller wipes the PIN. */
    void login(long session, byte[] pin) throws TokenFault {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, pin.length));
            MemorySegment.copy(pin, 0, copy, JAVA_BYTE, 0, pin.length);
            long code =
                    invoke(
                            function(LOGIN, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
                            session,
                            USER,
                            copy,
                            (long) pin.length);
            copy.fill((byte) 0);
            if (code != TokenFault.USER_ALREADY_LOGGED_IN) {
                check("C_Login", code);
            }
        }
    }

    /** Handles of the Ed25519 keys of this label, two at most. */
    long[] find(long session, Kind kind, String label) throws TokenFault {
        try (Arena arena = Arena.ofConfined()) {
            byte[] name = label.getBytes(StandardCharsets.UTF_8);
            MemorySegment template = arena.allocate(3 * ATTRIBUTE, WORD);
            attribute(template, 0, CLASS, arena.allocateFrom(JAVA_LONG, kind.code));
            attribute(template, 1, KEY_TYPE, arena.allocateFrom(JAVA_LONG, EDWARDS));
            attribute(template, 2, LABEL, arena.allocateFrom(JAVA_BYTE, name));
            check(
                    "C_FindObjectsInit",
                    invoke(
                            function(FIND_OBJECTS_INIT, JAVA_LONG, ADDRESS, JAVA_LONG),
                            session,
                            template,
                            3L));
            MemorySegment found = arena.allocate(2 * WORD, WORD);
            MemorySegment count = arena.allocate(JAVA_LONG);
            long code =
                    invoke(
                            function(FIND_OBJECTS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS),
                            session,
                            found,
                            2L,
                            count);
            long _ = invoke(function(FIND_OBJECTS_FINAL, JAVA_LONG), session);
            check("C_FindObjects", code);
            int many = (int) Math.min(2, count.get(JAVA_LONG, 0));
            return Arrays.copyOf(found.toArray(JAVA_LONG), many);
        }
    }

    /** CKA_EC_POINT as the token tells it. */
    byte[] point(long session, long object) throws TokenFault {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(128);
            MemorySegment template = arena.allocate(ATTRIBUTE, WORD);
            attribute(template, 0, EC_POINT, value);
            check(
                    "C_GetAttributeValue",
                    invoke(
                            function(GET_ATTRIBUTE_VALUE, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG),
                            session,
                            object,
                            template,
                            1L));
            long length = template.get(JAVA_LONG, 2 * WORD);
            return length < 0 || length > value.byteSize()
                    ? new byte[0]
                    : value.asSlice(0, length).toArray(JAVA_BYTE);
        }
    }

    private static void attribute(MemorySegment template, int at, long type, MemorySegment value) {
        template.set(JAVA_LONG, at * ATTRIBUTE, type);
        template.set(ADDRESS, at * ATTRIBUTE + WORD, value);
        template.set(JAVA_LONG, at * ATTRIBUTE + 2 * WORD, value.byteSize());
    }

    /** Pure Ed25519 over a part of the message. */
    byte[] sign(long session, long key, byte[] message, int offset, int length) throws TokenFault {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mechanism = arena.allocate(3 * WORD, WORD);
            mechanism.set(JAVA_LONG, 0, EDDSA);
            check(
                    "C_SignInit",
                    invoke(
                            function(SIGN_INIT, JAVA_LONG, ADDRESS, JAVA_LONG),
                            session,
                            mechanism,
                            key));
            MemorySegment data = arena.allocate(Math.max(1, length));
            MemorySegment.copy(message, offset, data, JAVA_BYTE, 0, length);
            MemorySegment signature = arena.allocate(SIGNATURE);
            MemorySegment written = arena.allocateFrom(JAVA_LONG, SIGNATURE);
            check(
                    "C_Sign",
                    invoke(
                            function(SIGN, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS),
                            session,
                            data,
                            (long) length,
                            signature,
                            written));
            return Arrays.copyOf(
                    signature.toArray(JAVA_BYTE),
                    (int) Math.min(SIGNATURE, written.get(JAVA_LONG, 0)));
        }
    }

    private MethodHandle function(int place, MemoryLayout... parameters) {
        return linked.computeIfAbsent(
                place,
                _ ->
                        linker.downcallHandle(
                                functions.get(ADDRESS, WORD + place * WORD),
                                FunctionDescriptor.of(JAVA_LONG, parameters)));
    }

    private static long invoke(MethodHandle function, Object... arguments) {
        try {
            return (long) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a C function throws nothing", impossible);
        }
    }

    private static void check(String function, long code) throws TokenFault {
        if (code != 0) {
            throw new TokenFault(function, code);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.countersign.identity.users;

import io.countersign.crypto.NKeyType;
import io.countersign.crypto.Seed;
import io.countersign.identity.Authenticator;
import io.countersign.identity.AuthenticatorContract;
import io.countersign.identity.BackendContract;
import io.countersign.identity.ExpiryContract;
import io.countersign.kit.Requests;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The contract, for each of the three things that a user of the file can show. */
class UsersAuthenticatorContractTest {
    private final UsersFixture users = new UsersFixture();

    @AfterEach
    void close() {
        users.close();
    }

    @Nested
    class ByPassword extends AuthenticatorContract implements ExpiryContract, BackendContract {
        private final CountDownLatch release = new CountDownLatch(1);
        private final PasswordPool busy = new PasswordPool(1, 16);

        @AfterEach
        void letGo() {
            release.countDown();
            busy.close();
        }

        @Override
        public Authenticator authenticator() {
            return users.authenticator;
        }

        @Override
        public Requests good() {
            return Requests.server().password("alice", "s3cret-alice");
        }

        @Override
        protected Requests forged() {
            return Requests.server().password("alice", "s3cret-guess");
        }

        @Override
        protected Requests foreign() {
            return Requests.server().password("somebody-of-ldap", "s3cret-alice");
        }

        @Override
        protected List<String> secrets() {
            return List.of("s3cret");
        }

        @Override
        public Requests ending() {
            return Requests.server().password("ending", "s3cret-ending");
        }

        @Override
        public Instant end() {
            return UsersFixture.END;
        }

        @Override
        public Authenticator hanging() {
            busy.submit(
                    () -> true,
                    () -> {
                        Awaitility.await().until(() -> release.getCount() == 0);
                        return true;
                    });
            return users.authenticator(users.passwords(busy));
        }

        @Override
        public Authenticator down() {
            busy.close();
            return users.authenticator(users.passwords(busy));
        }
    }

    @Nested
    class ByToken extends AuthenticatorContract implements ExpiryContract {
        @Override
        public Authenticator authenticator() {
            return users.authenticator;
        }

        @Override
        protected Requests good() {
            return Requests.server().token("s3cret-ci");
        }

        /** A token that nobody has is nobody's; a wrong one only shows beside a known name. */
        @Override
        protected Requests forged() {
            return Requests.server().mqtt("m").password("bot", "s3cret-guess");
        }

        @Override
        protected Requests foreign() {
            return Requests.server().token("eyJh.eyJi.c2ln");
        }

        @Override
        protected List<String> secrets() {
            return List.of("s3cret");
        }

        @Override
        public Requests ending() {
            return Requests.server().token("s3cret-short");
        }

        @Override
        public Instant end() {
            return UsersFixture.END;
        }
    }

    @Nested
    class ByNkey extends AuthenticatorContract implements ExpiryContract {
        @Override
        public Authenticator authenticator() {
            return users.authenticator;
        }

        @Override
        protected Requests good() {
            return Requests.server().nkey(users.device);
        }

        @Override
        protected Requests forged() {
            return Requests.server()
                    .nkey(users.device.publicKey().text(), "A".repeat(86), "bm9uY2U");
        }

        @Override
        protected Requests foreign() {
            return Requests.server().nkey(Seed.generate(NKeyType.USER, users.random));
        }

        @Override
        protected List<String> secrets() {
            return List.of("A".repeat(86));
        }

        @Override
        public Requests ending() {
            return Requests.server().nkey(users.ending);
        }

        @Override
        public Instant end() {
            return UsersFixture.END;
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
// Logs in as the environment says, and sends itself one message. Exit code 0: got it back, 1: refused, 2: anything else.
import { AuthorizationError, connect } from "@nats-io/transport-node";

const { NATS_URL, NATS_USER, NATS_PASSWORD, NATS_TOKEN } = process.env;
const login = NATS_TOKEN ? { token: NATS_TOKEN } : { user: NATS_USER, pass: NATS_PASSWORD };
const SUBJECT = "app.echo";

try {
  const client = await connect({ servers: NATS_URL, ...login, reconnect: false, timeout: 30_000 });
  const echoes = client.subscribe(SUBJECT, { max: 1 });
  client.publish(SUBJECT, "hello");
  for await (const message of echoes) {
    console.log(`echo: ${message.string()}`);
  }
  await client.close();
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
  process.exitCode = error instanceof AuthorizationError ? 1 : 2;
}

// SPDX-License-Identifier: Apache-2.0
// Logs in as the environment says, and sends itself one message. Exit code 0: got it back, 1: refused, 2: anything else.
#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>

static const char *SUBJECT = "app.echo";
static const int64_t PATIENCE_MILLIS = 30000;

static natsStatus log_in(natsOptions *options)
{
    natsStatus status = natsOptions_SetURL(options, getenv("NATS_URL"));
    if (status == NATS_OK) status = natsOptions_SetAllowReconnect(options, false);
    if (status == NATS_OK) status = natsOptions_SetTimeout(options, PATIENCE_MILLIS);
    if (status != NATS_OK) return status;
    if (getenv("NATS_TOKEN") != NULL) return natsOptions_SetToken(options, getenv("NATS_TOKEN"));
    return natsOptions_SetUserInfo(options, getenv("NATS_USER"), getenv("NATS_PASSWORD"));
}

static natsStatus echo(natsConnection *client)
{
    natsSubscription *echoes = NULL;
    natsMsg *message = NULL;
    natsStatus status = natsConnection_SubscribeSync(&echoes, client, SUBJECT);
    if (status == NATS_OK) status = natsConnection_PublishString(client, SUBJECT, "hello");
    if (status == NATS_OK) status = natsSubscription_NextMsg(&message, echoes, PATIENCE_MILLIS);
    if (status == NATS_OK) printf("echo: %.*s\n", natsMsg_GetDataLength(message), natsMsg_GetData(message));
    natsMsg_Destroy(message);
    natsSubscription_Destroy(echoes);
    return status;
}

int main(void)
{
    natsOptions *options = NULL;
    natsConnection *client = NULL;
    natsStatus status = natsOptions_Create(&options);
    if (status == NATS_OK) status = log_in(options);
    if (status == NATS_OK) status = natsConnection_Connect(&client, options);
    if (status == NATS_OK) status = echo(client);
    if (status != NATS_OK) printf("%s\n", natsStatus_GetText(status));
    natsConnection_Destroy(client);
    natsOptions_Destroy(options);
    nats_Close();
    return status == NATS_OK ? 0 : status == NATS_CONNECTION_AUTH_FAILED ? 1 : 2;
}

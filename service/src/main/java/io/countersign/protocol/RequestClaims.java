// SPDX-License-Identifier: Apache-2.0
package io.countersign.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Claims of a request as they were read, unverified: never leaves this package (reference 1.3,
 * 1.4). Unknown fields are ignored at every level.
 */
final class RequestClaims {
    /** The last second that Java's calendar and ours agree to write: 9999-12-31T23:59:59Z. */
    static final long MAX_SECONDS = 253_402_300_799L;

    static final long ABSENT = -1;

    String issuer = "";
    String subject = "";
    String audience = "";
    long issuedAt = ABSENT;
    long expires = ABSENT;
    String type = "";
    long version = ABSENT;
    String userKey = "";
    @Nullable Server server;
    @Nullable ClientInfo client;
    @Nullable ConnectOptions connect;
    @Nullable ClientTls tls;

    /** {@code nats.server_id}, its keys still text. */
    record Server(
            String id,
            String name,
            String host,
            String version,
            String cluster,
            List<String> tags,
            String xkey) {}

    private RequestClaims() {}

    static RequestClaims read(byte[] bytes) throws InvalidJwt {
        RequestClaims claims = new RequestClaims();
        JsonReader json = JsonReader.of(bytes);
        String name = json.firstField("claims");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "iss" -> claims.issuer = json.text("iss");
                case "sub" -> claims.subject = json.text("sub");
                case "aud" -> claims.audience = json.text("aud");
                case "iat" -> claims.issuedAt = json.integer("iat", 0, MAX_SECONDS);
                case "exp" -> claims.expires = json.integer("exp", 0, MAX_SECONDS);
                case "nats" -> claims.readNats(json);
                default -> json.skip();
            }
        }
        json.end();
        return claims;
    }

    private void readNats(JsonReader json) throws InvalidJwt {
        String name = json.firstField("nats");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "type" -> type = json.text("nats.type");
                case "version" -> version = json.integer("nats.version", 0, Integer.MAX_VALUE);
                case "user_nkey" -> userKey = json.text("nats.user_nkey");
                case "server_id" -> server = readServer(json);
                case "client_info" -> client = readClient(json);
                case "connect_opts" -> connect = readConnect(json);
                case "client_tls" -> tls = readTls(json);
                default -> json.skip();
            }
        }
    }

    private static Server readServer(JsonReader json) throws InvalidJwt {
        String id = "";
        String serverName = "";
        String host = "";
        String version = "";
        String cluster = "";
        List<String> tags = List.of();
        String xkey = "";
        String name = json.firstField("server_id");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "id" -> id = json.text("server_id.id");
                case "name" -> serverName = json.text("server_id.name");
                case "host" -> host = json.text("server_id.host");
                case "version" -> version = json.text("server_id.version");
                case "cluster" -> cluster = json.text("server_id.cluster");
                case "tags" -> tags = json.texts("server_id.tags");
                case "xkey" -> xkey = json.text("server_id.xkey");
                default -> json.skip();
            }
        }
        return new Server(id, serverName, host, version, cluster, tags, xkey);
    }

    private static ClientInfo readClient(JsonReader json) throws InvalidJwt {
        String host = "";
        long id = 0;
        String user = "";
        String clientName = "";
        List<String> tags = List.of();
        String nameTag = "";
        String kind = "";
        String type = "";
        String mqttId = "";
        String nonce = "";
        String name = json.firstField("client_info");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "host" -> host = json.text("client_info.host");
                case "id" -> id = json.unsigned("client_info.id");
                case "user" -> user = json.text("client_info.user");
                case "name" -> clientName = json.text("client_info.name");
                case "tags" -> tags = json.texts("client_info.tags");
                case "name_tag" -> nameTag = json.text("client_info.name_tag");
                case "kind" -> kind = json.text("client_info.kind");
                case "type" -> type = json.text("client_info.type");
                case "mqtt_id" -> mqttId = json.text("client_info.mqtt_id");
                case "nonce" -> nonce = json.text("client_info.nonce");
                default -> json.skip();
            }
        }
        return new ClientInfo(host, id, user, clientName, tags, nameTag, kind, type, mqttId, nonce);
    }

    private static ConnectOptions readConnect(JsonReader json) throws InvalidJwt {
        String jwt = "";
        String nkey = "";
        String sig = "";
        String token = "";
        String user = "";
        String pass = "";
        String clientName = "";
        String lang = "";
        String version = "";
        int protocol = 0;
        String name = json.firstField("connect_opts");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "jwt" -> jwt = json.text("connect_opts.jwt");
                case "nkey" -> nkey = json.text("connect_opts.nkey");
                case "sig" -> sig = json.text("connect_opts.sig");
                case "auth_token" -> token = json.text("connect_opts.auth_token");
                case "user" -> user = json.text("connect_opts.user");
                case "pass" -> pass = json.text("connect_opts.pass");
                case "name" -> clientName = json.text("connect_opts.name");
                case "lang" -> lang = json.text("connect_opts.lang");
                case "version" -> version = json.text("connect_opts.version");
                case "protocol" -> protocol = readProtocol(json);
                default -> json.skip();
            }
        }
        return new ConnectOptions(
                jwt, nkey, sig, token, user, pass, clientName, lang, version, protocol);
    }

    private static int readProtocol(JsonReader json) throws InvalidJwt {
        return (int) json.integer("connect_opts.protocol", Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static ClientTls readTls(JsonReader json) throws InvalidJwt {
        String version = "";
        String cipher = "";
        List<List<String>> chains = List.of();
        List<String> certs = List.of();
        String name = json.firstField("client_tls");
        for (; name != null; name = json.nextField()) {
            switch (name) {
                case "version" -> version = json.text("client_tls.version");
                case "cipher" -> cipher = json.text("client_tls.cipher");
                case "verified_chains" -> chains = json.textLists("client_tls.verified_chains");
                case "certs" -> certs = json.texts("client_tls.certs");
                default -> json.skip();
            }
        }
        return new ClientTls(version, cipher, chains, certs);
    }
}

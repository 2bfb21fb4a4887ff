#include <string>

#include "tests/serve/net/server_fixture.hpp"

namespace tickweir::gateway::tests {
namespace {

std::string ping(int id) {
    return "{\"op\":\"ping\",\"id\":" + std::to_string(id) + "}";
}

/// A request whose answer has at least 40 bytes for each of the names.
std::string unknown_names(int count) {
    std::string text = R"({"op":"subscribe","id":1,"channel":"l1","symbols":[)";
    for (int i = 0; i < count; ++i) {
        text += (i > 0 ? ",\"N" : "\"N") + std::to_string(i) + "\"";
    }
    return text + "]}";
}

class ServerStream : public ServerTest {
protected:
    /// Whether the answer to ping `id` comes next.
    testing::AssertionResult pong(RawClient& client, int id) {
        const std::optional<WsFrame> frame = frame_of(client);
        if (!frame) return testing::AssertionFailure() << "no frame";
        if (frame->opcode == 1 && frame->payload.find("\"pong\"") != std::string::npos &&
            frame->payload.find(std::to_string(id)) != std::string::npos) {
            return testing::AssertionSuccess();
        }
        return testing::AssertionFailure() << frame->opcode << ' ' << frame->payload;
    }

    unsigned close_code_of(RawClient& client) {
        for (;;) {
            const std::optional<WsFrame> frame = frame_of(client);
            if (!frame) return 0;
            if (frame->opcode == 8) return frame->close_code();
        }
    }
};

TEST_F(ServerStream, AcceptsTheHandshakeOfTheSpecification) {
    start();
    RawClient client = connect();
    client.send(ws_upgrade());
    const HttpAnswer answer = answer_of(client);
    EXPECT_EQ(answer.status, 101);
    EXPECT_EQ(answer.fields.at("sec-websocket-accept"), ws_accept);
    EXPECT_EQ(answer.fields.at("server"), "tickweir");
    EXPECT_EQ(answer.fields.count("sec-websocket-extensions"), 0U);
    client.send(ws_frame(ping(7)));
    EXPECT_TRUE(pong(client, 7));
    EXPECT_EQ(server->counts().upgrades, 1U);
    EXPECT_EQ(server->counts().web_sockets, 1U);
    EXPECT_EQ(server->counts().messages, 1U);
}

TEST_F(ServerStream, TakesFramesThatComeTogetherWithTheHandshake) {
    start();
    RawClient client = connect();
    client.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n" + ws_upgrade() + ws_frame(ping(1)) +
                ws_frame(ping(2)));
    EXPECT_EQ(answer_of(client).status, 200);
    EXPECT_EQ(answer_of(client).status, 101);
    EXPECT_TRUE(pong(client, 1));
    EXPECT_TRUE(pong(client, 2));
}

TEST_F(ServerStream, RefusesUpgradesAsHttp) {
    options.origins = {"https://charts.example"};
    start();
    const auto without = [](std::string text, std::string_view line) {
        return text.erase(text.find(line), line.size());
    };
    const auto with = [](std::string text, std::string_view from, std::string_view to) {
        return text.replace(text.find(from), from.size(), to);
    };
    const std::vector<std::pair<int, std::string>> cases{
        {404, ws_upgrade("/v2/stream")},
        {405, with(ws_upgrade(), "GET", "POST")},
        {426, without(ws_upgrade(), "Upgrade: websocket\r\n")},
        {426, with(ws_upgrade(), "Version: 13", "Version: 8")},
        {426, with(with(ws_upgrade(), "HTTP/1.1", "HTTP/1.0"), "keep-alive", "x")},
        {400, with(ws_upgrade(), "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==")},
        {400, without(ws_upgrade(), "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")},
        {403, ws_upgrade("/v1/stream", "Origin: http://evil.example\r\n")},
        {403, ws_upgrade("/v1/stream", "Origin: null\r\n")},
        {101, ws_upgrade("/v1/stream?x=1", "Origin: http://LOCALHOST:8080\r\n")},
        {101, ws_upgrade("/v1/stream", "Origin: https://charts.example\r\n")},
    };
    for (const auto& [status, bytes] : cases) {
        RawClient client = connect();
        client.send(bytes);
        const HttpAnswer answer = answer_of(client);
        EXPECT_EQ(answer.status, status) << bytes;
        if (status == 426) {
            EXPECT_EQ(answer.fields.at("upgrade"), "websocket");
            EXPECT_EQ(answer.fields.at("sec-websocket-version"), "13");
        }
        if (status == 101) continue;
        EXPECT_NE(answer.body.find("\"code\": " + std::to_string(status)), std::string::npos);
    }
    api.closed_market = true;
    RawClient client = connect();
    client.send(ws_upgrade());
    const HttpAnswer refused = answer_of(client);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.fields.at("www-authenticate"), "Bearer");
    client.send(ws_upgrade("/v1/stream", "Authorization: Bearer key\r\n"));  // the same connection
    EXPECT_EQ(answer_of(client).status, 101);
}

TEST_F(ServerStream, RefusesMoreClientsThanTheHubTakes) {
    hub_limits.connections = 1;
    start();
    RawClient first = connect_stream();
    RawClient second = connect();
    second.send(ws_upgrade());
    EXPECT_EQ(answer_of(second).status, 503);
    first.close();
    ASSERT_TRUE(until([&] { return server->counts().web_sockets == 0; }));
    second.send(ws_upgrade());
    EXPECT_EQ(answer_of(second).status, 101);
}

TEST_F(ServerStream, PutsFragmentsTogetherWithControlFramesBetweenThem) {
    start();
    RawClient client = connect_stream();
    const std::string text = ping(31);
    client.send(ws_frame(text.substr(0, 5), 1, false) + ws_frame("hello", 9) +
                ws_frame("", 0, false) + ws_frame(text.substr(5, 3), 0, false));
    const std::optional<WsFrame> answer = frame_of(client);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->opcode, 10U);
    EXPECT_EQ(answer->payload, "hello");
    client.send(ws_frame(text.substr(8), 0, true));
    EXPECT_TRUE(pong(client, 31));
}

TEST_F(ServerStream, ReadsFramesThatComeByteByByte) {
    start();
    RawClient client = connect_stream();
    for (const char byte : ws_frame(ping(5)) + ws_frame(unknown_names(50)) + ws_frame(ping(6))) {
        client.send({&byte, 1});
        turn();
    }
    EXPECT_TRUE(pong(client, 5));
    const std::optional<WsFrame> ack = frame_of(client);
    ASSERT_TRUE(ack);
    EXPECT_GT(ack->payload.size(), 2'000U);
    EXPECT_TRUE(pong(client, 6));
}

TEST_F(ServerStream, ClosesWithTheCodeOfTheOffence) {
    options.limits.message_bytes = 1'000;
    start();
    const std::string valid = ping(1);
    const std::vector<std::pair<unsigned, std::string>> cases{
        {1009, ws_frame(std::string(1'001, ' '))},
        {1009, ws_frame(std::string(600, ' '), 1, false) + ws_frame(std::string(401, ' '), 0)},
        {1009, std::string{"\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff....", 14}},  // 2^64-1 bytes
        {1002, ws_frame(valid, 1, true, false)},                                  // not masked
        {1002, ws_frame("", 3)},                             // a reserved opcode
        {1002, ws_frame("x", 0)},                            // continues nothing
        {1002, ws_frame("a", 1, false) + ws_frame("b", 1)},  // a message within a message
        {1002, ws_frame(std::string(126, 'p'), 9)},          // a control frame too long
        {1002, ws_frame("p", 9, false)},                     // a control frame in pieces
        {1002, std::string{"\xc1\x80....", 6}},              // RSV1 without compression
        {1002, ws_frame("x", 8)},                            // half a close code
        {1007, ws_frame("\xff\xfe")},                        // no UTF-8
        {1007, ws_frame("\xe2\x82", 1, false) + ws_frame("(", 0)},
        {1003, ws_frame(valid, 2)},  // binary
    };
    for (const auto& [code, bytes] : cases) {
        RawClient client = connect_stream();
        client.send(bytes);
        EXPECT_EQ(close_code_of(client), code);
        client.send(ws_frame(std::string{"\x03\xe8", 2}, 8));
        EXPECT_TRUE(gone(client)) << code;
    }
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::protocol), cases.size());
    EXPECT_EQ(server->counts().web_sockets, 0U);
    EXPECT_EQ(hub->counts().clients, 0U);
}

TEST_F(ServerStream, TakesAMessageOfExactlyTheLimit) {
    options.limits.message_bytes = 1'000;
    start();
    RawClient client = connect_stream();
    std::string text = ping(12);
    text.append(1'000 - text.size(), ' ');
    client.send(ws_frame(text));
    EXPECT_TRUE(pong(client, 12));
}

TEST_F(ServerStream, AnswersAClientsCloseWithItsCodeAndClosesTheConnection) {
    start();
    RawClient client = connect_stream();
    client.send(ws_frame(std::string{"\x0f\xa0why", 5}, 8) + ws_frame(ping(2)));
    EXPECT_EQ(close_code_of(client), 4'000U);
    EXPECT_TRUE(gone(client));
    EXPECT_EQ(client.received(), "");
    client.close();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::peer), 1U);
}

TEST_F(ServerStream, SendsWhatIsQueuedBeforeTheHubsClose) {
    start();
    RawClient client = connect_stream();
    std::string bytes = ws_frame(ping(1));
    for (int i = 0; i < 12; ++i)
        bytes += ws_frame("nonsense");
    client.send(bytes);
    EXPECT_TRUE(pong(client, 1));
    int errors = 0;
    std::optional<WsFrame> frame;
    while ((frame = frame_of(client)) && frame->opcode == 1)
        ++errors;
    EXPECT_GE(errors, 10);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->close_code(), 1008U);
    client.send(ws_frame(std::string{"\x03\xf0", 2}, 8));
    EXPECT_TRUE(gone(client));
    client.close();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::policy), 1U);
}

TEST_F(ServerStream, EndsAClientThatDoesNotAnswerTheClose) {
    start();
    RawClient client = connect_stream();
    client.send(ws_frame("binary", 2));
    EXPECT_EQ(close_code_of(client), 1003U);
    turns(50);
    EXPECT_EQ(server->counts().connections, 1U);
    now += options.limits.close_timeout;
    EXPECT_TRUE(gone(client));
    EXPECT_EQ(server->counts().connections, 0U);
}

TEST_F(ServerStream, KeepsFramesWholeThroughATinySendBuffer) {
    options.limits.send_buffer_bytes = 1;  // the kernel makes it a few kilobytes
    hub_limits.queue_bytes = 64U << 20;
    start();
    RawClient client{port, 2'048};
    client.send(ws_upgrade());
    ASSERT_EQ(answer_of(client).status, 101);
    // Answers of many lengths, with pongs asked for at every moment in between, none read.
    std::string expected_pongs;
    int asked = 0;
    for (int i = 0; i < 60; ++i) {
        client.send(ws_frame(unknown_names(1 + i * 20)) + ws_frame(std::to_string(i), 9) +
                    ws_frame(ping(1'000 + i)));
        turns(4);
        ++asked;
    }
    int acks = 0;
    int pongs = 0;
    int control = 0;
    while (acks < asked || pongs < asked || control < asked) {
        const std::optional<WsFrame> frame = frame_of(client);
        ASSERT_TRUE(frame);
        ASSERT_TRUE(frame->final);
        if (frame->opcode == 10) {
            EXPECT_EQ(frame->payload, std::to_string(control));
            ++control;
            continue;
        }
        ASSERT_EQ(frame->opcode, 1U);
        ASSERT_TRUE(frame->payload.starts_with("{") && frame->payload.ends_with("}"));
        if (frame->payload.find("\"pong\"") != std::string::npos) {
            EXPECT_NE(frame->payload.find(std::to_string(1'000 + pongs)), std::string::npos);
            ++pongs;
        } else {
            ++acks;
        }
    }
    EXPECT_EQ(client.received(), "");
}

TEST_F(ServerStream, LetsNoSlowReaderDelayAnother) {
    options.limits.send_buffer_bytes = 1;
    hub_limits.queue_bytes = 64U << 20;
    start();
    RawClient slow{port, 2'048};
    slow.send(ws_upgrade());
    ASSERT_EQ(answer_of(slow).status, 101);
    for (int i = 0; i < 20; ++i) {
        slow.send(ws_frame(unknown_names(1'000)));
        turns(4);
    }
    RawClient quick = connect_stream();
    for (int i = 0; i < 100; ++i) {
        quick.send(ws_frame(ping(i)));
        EXPECT_TRUE(pong(quick, i));
    }
    // What nobody takes keeps nobody awake.
    turns(20);
    EXPECT_FALSE(server->turn(now));
    EXPECT_FALSE(server->has_work());
}

TEST_F(ServerStream, TellsASlowClientWhyItIsClosedOnceItReadsAgain) {
    options.limits.send_buffer_bytes = 1;
    hub_limits.queue_bytes = 64U << 20;
    start();
    RawClient slow{port, 2'048};
    slow.send(ws_upgrade());
    ASSERT_EQ(answer_of(slow).status, 101);
    for (int i = 0; i < 20; ++i) {
        slow.send(ws_frame(unknown_names(1'000)));
        turns(4);
    }
    for (int i = 0; i < 12; ++i)
        slow.send(ws_frame("nonsense"));
    turns(20);
    now += options.limits.close_timeout;
    turns(20);
    EXPECT_EQ(close_code_of(slow), 1008U);
    EXPECT_EQ(slow.received(), "");
}

TEST_F(ServerStream, CutsOffASlowClientThatNeverReadsAgain) {
    options.limits.send_buffer_bytes = 1;
    hub_limits.queue_bytes = 64U << 20;
    start();
    RawClient slow{port, 2'048};
    slow.send(ws_upgrade());
    ASSERT_EQ(answer_of(slow).status, 101);
    for (int i = 0; i < 20; ++i) {
        slow.send(ws_frame(unknown_names(1'000)));
        turns(4);
    }
    for (int i = 0; i < 12; ++i)
        slow.send(ws_frame("nonsense"));
    turns(20);
    now += options.limits.close_timeout;
    turns(20);
    EXPECT_EQ(server->counts().connections, 1U);
    now += options.limits.http_idle_timeout;
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::policy), 1U);
}

TEST_F(ServerStream, StopsReadingAClientThatTakesNoPongs) {
    options.limits.send_buffer_bytes = 1;
    start();
    RawClient client{port, 2'048};
    client.send(ws_upgrade());
    ASSERT_EQ(answer_of(client).status, 101);
    const std::string flood = [] {
        std::string bytes;
        for (int i = 0; i < 40'000; ++i)
            bytes += ws_frame(std::string(120, 'p'), 9);
        return bytes;
    }();
    client.send(flood);  // takes what fits and reads nothing more than is there
    turns(300);
    // Everything is answered as soon as it is read.
    int pongs = 0;
    while (pongs < 40'000) {
        const std::optional<WsFrame> frame = frame_of(client);
        ASSERT_TRUE(frame) << pongs;
        ASSERT_EQ(frame->opcode, 10U);
        ++pongs;
    }
}

TEST_F(ServerStream, AsksASilentClientAndEndsItWhenItStaysSilent) {
    start();
    RawClient client = connect_stream();
    turns(10);
    for (int i = 1; i <= 2; ++i) {
        now += options.limits.ping_interval;
        const std::optional<WsFrame> asked = frame_of(client);
        ASSERT_TRUE(asked);
        EXPECT_EQ(asked->opcode, 9U);
    }
    client.send(ws_frame("", 10));
    turns(50);
    now += options.limits.idle_timeout - 1ms;
    turns(50);
    EXPECT_EQ(server->counts().connections, 1U);
    now += 50ms;
    EXPECT_TRUE(gone(client));
    EXPECT_EQ(ended(ConnectionEnd::timeout), 1U);
    EXPECT_EQ(hub->counts().clients, 0U);
}

TEST_F(ServerStream, SeesTheEndOfAConnectionWithoutAClose) {
    start();
    RawClient leaving = connect_stream();
    RawClient resetting = connect_stream();
    RawClient halfway = connect_stream();
    halfway.send(ws_frame(ping(1)).substr(0, 5));
    turns(10);
    leaving.close();
    resetting.reset();
    halfway.close();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::peer), 3U);
    EXPECT_EQ(hub->counts().clients, 0U);
}

}  // namespace
}  // namespace tickweir::gateway::tests

#include <sys/resource.h>
#include <unistd.h>

#include <random>
#include <string>

#include "gateway/certificate.hpp"
#include "gateway/tls_context.hpp"
#include "tests/serve/net/server_fixture.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::tests {
namespace {

class ServerLimitsTest : public ServerTest {};

TEST_F(ServerLimitsTest, TurnsAwayWhatIsOverTheLimitOfConnections) {
    options.limits.connections = 2;
    start();
    RawClient first = connect();
    RawClient second = connect();
    EXPECT_EQ(ask(first, "/ok").status, 200);
    EXPECT_EQ(ask(second, "/ok").status, 200);
    RawClient third = connect();
    EXPECT_EQ(answer_of(third).status, 503);
    EXPECT_EQ(server->counts().refused_full, 1U);
    first.close();
    ASSERT_TRUE(until([&] { return server->counts().connections == 1; }));
    RawClient fourth = connect();
    EXPECT_EQ(ask(fourth, "/ok").status, 200);
}

TEST_F(ServerLimitsTest, CountsTheConnectionsOfEachAddress) {
    options.limits.connections_per_address = 1;
    start();
    RawClient first = connect();
    EXPECT_EQ(ask(first, "/ok").status, 200);
    RawClient second = connect();
    EXPECT_EQ(answer_of(second).status, 503);
    EXPECT_EQ(server->counts().refused_address, 1U);
    first.close();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    RawClient third = connect();
    EXPECT_EQ(ask(third, "/ok").status, 200);
}

TEST_F(ServerLimitsTest, TurnsAwayWhatTheBudgetDoesNotHold) {
    book::MemoryBudget budget{"clients", 8 * 1024};
    options.budget = &budget;
    start();
    RawClient first = connect();
    turns(5);
    RawClient second = connect();
    EXPECT_EQ(answer_of(second).status, 503);
    EXPECT_EQ(server->counts().refused_memory, 1U);
    first.close();
    ASSERT_TRUE(until([&] { return budget.used() == 0; }));
    server.reset();
}

TEST_F(ServerLimitsTest, ChargesWhatComesInToTheBudget) {
    book::MemoryBudget budget{"clients", 40 * 1024};
    options.budget = &budget;
    start();
    RawClient stream = connect_stream();
    const std::size_t idle = budget.used();
    const std::string message = ws_frame(std::string(20'000, ' '));
    stream.send(message.substr(0, 15'000));
    turns(10);
    EXPECT_GT(budget.used(), idle + 5'000);
    RawClient half = connect();
    half.send("GET /" + std::string(2'000, 'a'));
    turns(10);
    EXPECT_EQ(ended(ConnectionEnd::memory), 1U);  // there was no room for its header
    EXPECT_TRUE(gone(half));
    stream.send(message.substr(15'000));
    EXPECT_TRUE(frame_of(stream));  // an error message
    stream.send(ws_frame(std::string(64'000, ' ')));
    EXPECT_TRUE(gone(stream));
    EXPECT_EQ(ended(ConnectionEnd::memory), 2U);
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_EQ(server->counts().failures, 0U);
    RawClient other = connect();
    EXPECT_EQ(ask(other, "/ok").status, 200);
    server.reset();
}

TEST_F(ServerLimitsTest, EndsAClientThatDoesNotFinishItsRequestInTime) {
    start();
    RawClient silent = connect();
    RawClient slow = connect();
    turns(5);
    for (int i = 0; i < 4; ++i) {  // each byte in time, the whole not
        slow.send(std::string{"GET "}.substr(static_cast<std::size_t>(i), 1));
        turns(5);
        now += options.limits.handshake_timeout / 4 - 10ms;
    }
    turns(5);
    EXPECT_EQ(server->counts().connections, 2U);
    now += 100ms;
    EXPECT_EQ(answer_of(slow).status, 408);
    EXPECT_TRUE(gone(slow));
    EXPECT_TRUE(gone(silent));
    EXPECT_EQ(silent.received(), "");
    slow.close();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::timeout), 2U);
}

TEST_F(ServerLimitsTest, EndsAnIdleHttpConnectionLaterThanASlowRequest) {
    start();
    RawClient client = connect();
    EXPECT_EQ(ask(client, "/ok").status, 200);
    now += options.limits.http_idle_timeout - 1ms;
    turns(20);
    EXPECT_EQ(ask(client, "/ok").status, 200);
    client.send("GET");
    turns(20);
    now += options.limits.handshake_timeout;
    EXPECT_EQ(answer_of(client).status, 408);
}

TEST_F(ServerLimitsTest, SaysWhenItHasToBeTurnedNext) {
    start();
    EXPECT_EQ(server->next_due(), std::nullopt);
    RawClient client = connect();
    turns(5);
    EXPECT_EQ(server->next_due(), now + options.limits.handshake_timeout);
    EXPECT_EQ(ask(client, "/ok").status, 200);
    turns(5);
    now += options.limits.handshake_timeout;
    turns(5);  // finds that the deadline has moved
    EXPECT_EQ(server->next_due(),
              now - options.limits.handshake_timeout + options.limits.http_idle_timeout);
    EXPECT_EQ(server->counts().connections, 1U);
}

TEST_F(ServerLimitsTest, KeepsListeningThroughALackOfDescriptors) {
    start();
    RawClient first = connect();
    ASSERT_EQ(ask(first, "/ok").status, 200);
    RawClient waiting = connect();
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::dup(0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    turns(10);
    const std::uint64_t pauses = server->counts().accept_pauses;
    const bool awake = server->has_work() || reactor.poll();
    const auto due = server->next_due();
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(pauses, 1U);
    EXPECT_FALSE(awake);  // it does not spin
    ASSERT_TRUE(due);
    EXPECT_EQ(*due, now + 100ms);
    now += 100ms;
    EXPECT_EQ(ask(waiting, "/ok").status, 200);
}

TEST_F(ServerLimitsTest, ResumesListeningWhenAConnectionEnds) {
    start();
    RawClient first = connect();
    ASSERT_EQ(ask(first, "/ok").status, 200);
    RawClient waiting = connect();
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::dup(0);
    ::close(next);
    const rlimit none{static_cast<rlim_t>(next), before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    turns(10);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    first.close();
    EXPECT_EQ(ask(waiting, "/ok").status, 200);
}

TEST_F(ServerLimitsTest, SaysClearlyWhyItCannotListen) {
    start();
    const auto reason = [&](const std::string& address, std::uint16_t wanted) -> std::string {
        try {
            server->listen(address, wanted);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(reason("127.0.0.1", port), "cannot listen on 127.0.0.1 port " + std::to_string(port) +
                                             ": Address already in use");
    EXPECT_EQ(reason("localhost", 0),
              "cannot listen on localhost port 0: not a numeric IPv4 or IPv6 address");
    EXPECT_EQ(reason("192.0.2.1", 0),
              "cannot listen on 192.0.2.1 port 0: Cannot assign requested address");
}

TEST_F(ServerLimitsTest, ServesAThousandClientsAtOnce) {
    start();
    std::vector<RawClient> clients;
    for (int i = 0; i < 1'000; ++i) {
        clients.push_back(connect());
        clients.back().send(ws_upgrade());
        turn();
    }
    for (auto& client : clients)
        EXPECT_EQ(answer_of(client).status, 101);
    EXPECT_EQ(server->counts().web_sockets, 1'000U);
    for (std::size_t i = 0; i < clients.size(); ++i) {
        clients[i].send(ws_frame("{\"op\":\"ping\",\"id\":" + std::to_string(i) + "}"));
    }
    for (std::size_t i = 0; i < clients.size(); ++i) {
        const std::optional<WsFrame> frame = frame_of(clients[i]);
        ASSERT_TRUE(frame);
        EXPECT_NE(frame->payload.find(std::to_string(i)), std::string::npos);
    }
    now += options.limits.ping_interval;
    turns(5);
    for (auto& client : clients) {
        const std::optional<WsFrame> frame = frame_of(client);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->opcode, 9U);
    }
    clients.clear();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(hub->counts().clients, 0U);
}

TEST_F(ServerLimitsTest, StopsCleanlyWithClientsConnected) {
    start();
    RawClient stream = connect_stream();
    RawClient idle = connect();
    EXPECT_EQ(ask(idle, "/ok").status, 200);
    RawClient asking = connect();
    asking.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(until([&] { return api.pending.size() == 1; }));
    stream.send(ws_frame("{\"op\":\"ping\",\"id\":3}"));
    ASSERT_TRUE(until([&] { return server->counts().messages == 1; }));
    server->stop(now);
    server->stop(now);
    EXPECT_FALSE(server->stopped());
    server->answer(api.pending[0], {}, now);
    EXPECT_EQ(answer_of(asking).fields.at("connection"), "close");
    EXPECT_TRUE(gone(asking));
    EXPECT_TRUE(gone(idle));
    const std::optional<WsFrame> last = frame_of(stream);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->opcode, 1U);
    const std::optional<WsFrame> close = frame_of(stream);
    ASSERT_TRUE(close);
    EXPECT_EQ(close->close_code(), 1001U);
    stream.send(ws_frame(std::string{"\x03\xe9", 2}, 8));
    EXPECT_TRUE(gone(stream));
    stream.close();
    asking.close();
    idle.close();
    ASSERT_TRUE(until([&] { return server->stopped(); }));
    EXPECT_EQ(server->next_due(), std::nullopt);
    EXPECT_THROW(connect(), std::runtime_error);
}

TEST_F(ServerLimitsTest, CutsOffWhatDoesNotEndInTimeAfterTheStop) {
    start();
    RawClient stream = connect_stream();
    RawClient asking = connect();
    asking.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient upgrading = connect();
    upgrading.send(ws_upgrade());
    ASSERT_TRUE(until([&] { return api.pending.size() == 1; }));
    server->stop(now);
    turns(20);
    EXPECT_FALSE(server->stopped());
    ASSERT_TRUE(server->next_due());
    now += options.limits.stop_timeout;
    turns(2);
    EXPECT_TRUE(server->stopped());
    EXPECT_EQ(hub->counts().clients, 0U);
}

TEST_F(ServerLimitsTest, GoesWithConnectionsInEveryState) {
    start();
    RawClient stream = connect_stream();
    RawClient half = connect();
    half.send("GET /");
    RawClient asking = connect();
    asking.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient closing = connect_stream();
    closing.send(ws_frame("x", 2));
    turns(10);
    server.reset();
    EXPECT_EQ(hub->counts().clients, 0U);
    EXPECT_TRUE(stream.ended() || (stream.pump(), stream.ended()));
}

TEST_F(ServerLimitsTest, SurvivesGarbage) {
    options.limits.header_bytes = 512;
    start();
    std::mt19937_64 random{::tickweir::tests::test_seed()};
    const std::string valid = "GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    const std::string frames = ws_frame(R"({"op":"ping","id":1})") + ws_frame("half", 1, false) +
                               ws_frame("p", 9) + ws_frame("way", 0);
    for (int round = 0; round < 400; ++round) {
        RawClient client = connect();
        std::string bytes = round % 2 == 0 ? valid : frames;
        if (round % 2 == 1) client.send(ws_upgrade());
        const std::size_t changes = random() % 6;
        for (std::size_t i = 0; i < changes; ++i) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        bytes += bytes.substr(random() % bytes.size());
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t part = 1 + random() % bytes.size();
            client.send(std::string_view{bytes}.substr(at, part));
            turns(2);
            client.pump();
            at += part;
        }
        if (random() % 2 == 0) client.reset();
    }
    RawClient client = connect();
    EXPECT_EQ(ask(client, "/ok").status, 200);
    EXPECT_EQ(server->counts().failures, 0U);
}

class ServerTls : public ServerTest {
protected:
    ServerTls() { options.tls = &server_context; }

    RawClient connect_tls() {
        RawClient client = connect();
        client.use_tls(client_context);
        return client;
    }

    Certificate certificate = make_certificate({});
    TlsContext server_context =
        TlsContext::server({.certificate_chain = {"certificate", certificate.certificate_pem},
                            .private_key = {"key", certificate.key_pem}});
    TlsContext client_context =
        TlsContext::client({.authorities = Pem{"authority", certificate.certificate_pem}});
};

TEST_F(ServerTls, ServesHttpAndWebSocket) {
    start();
    RawClient client = connect_tls();
    EXPECT_EQ(ask(client, "/ok").status, 200);
    EXPECT_EQ(ask(client, "/big").body.size(), std::size_t{8} << 20);
    client.send(ws_upgrade() + ws_frame(R"({"op":"ping","id":9})"));
    EXPECT_EQ(answer_of(client).status, 101);
    for (int i = 0; i < 200; ++i)
        client.send(ws_frame("", 9) + ws_frame(R"({"op":"ping","id":9})"));
    int pongs = 0;
    int control = 0;
    while (pongs < 201 || control < 200) {
        const std::optional<WsFrame> frame = frame_of(client);
        ASSERT_TRUE(frame);
        ++(frame->opcode == 10 ? control : pongs);
    }
    client.send(ws_frame(std::string{"\x03\xe8", 2}, 8));
    const std::optional<WsFrame> close = frame_of(client);
    ASSERT_TRUE(close);
    EXPECT_EQ(close->close_code(), 1000U);
    EXPECT_TRUE(gone(client));
}

TEST_F(ServerTls, EndsWhatIsNoTlsAndWhatNeverSpeaks) {
    start();
    RawClient plain = connect();
    plain.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(gone(plain));
    EXPECT_EQ(ended(ConnectionEnd::protocol), 1U);
    RawClient silent = connect();
    turns(5);
    now += options.limits.handshake_timeout;
    EXPECT_TRUE(gone(silent));
    EXPECT_EQ(ended(ConnectionEnd::timeout), 1U);
}

TEST_F(ServerTls, EndsAStreamWhoseTlsIsBroken) {
    start();
    RawClient client = connect_tls();
    client.send(ws_upgrade());
    ASSERT_EQ(answer_of(client).status, 101);
    client.send_past_tls("no record of TLS at all, and long enough to be read as a header");
    EXPECT_TRUE(gone(client));
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(hub->counts().clients, 0U);
}

TEST_F(ServerTls, TurnsAwayWithoutAWord) {
    options.limits.connections = 0;
    start();
    RawClient client = connect();
    EXPECT_TRUE(gone(client));
    EXPECT_EQ(client.received(), "");
    EXPECT_EQ(server->counts().refused_full, 1U);
}

}  // namespace
}  // namespace tickweir::gateway::tests

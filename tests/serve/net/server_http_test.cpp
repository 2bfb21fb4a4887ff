#include <string>

#include "tests/serve/net/server_fixture.hpp"

namespace tickweir::gateway::tests {
namespace {

class ServerHttp : public ServerTest {};

TEST_F(ServerHttp, AnswersWithTheHeadersThatEveryAnswerHas) {
    start();
    RawClient client = connect();
    const HttpAnswer answer = ask(client, "/ok");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{\"target\": \"/ok\"}");
    const std::map<std::string, std::string> fields{
        {"date", "Mon, 02 Mar 2026 00:00:00 GMT"},
        {"cache-control", "no-store"},
        {"x-content-type-options", "nosniff"},
        {"referrer-policy", "no-referrer"},
        {"content-security-policy", "default-src 'none'; frame-ancestors 'none'"},
        {"content-type", "application/json"},
        {"content-length", "17"}};
    EXPECT_EQ(answer.fields, fields);
    EXPECT_EQ(server->counts().answers[2], 1U);
}

TEST_F(ServerHttp, GivesThePageItsOwnPolicyAndLetsItBeKept) {
    start();
    RawClient client = connect();
    const HttpAnswer answer = ask(client, "/page");
    EXPECT_EQ(answer.fields.at("content-security-policy"), "script-src 'self'");
    EXPECT_EQ(answer.fields.at("cache-control"), "public, max-age=60");
}

TEST_F(ServerHttp, AnswersPipelinedRequestsInOrder) {
    start();
    RawClient client = connect();
    std::string requests;
    for (int i = 0; i < 200; ++i) {
        requests += "GET /ok" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    client.send(requests);
    for (int i = 0; i < 200; ++i) {
        EXPECT_EQ(answer_of(client).body, "{\"target\": \"/ok" + std::to_string(i) + "\"}");
    }
}

TEST_F(ServerHttp, KeepsTheOrderBehindAnAnswerThatComesLater) {
    start();
    RawClient client = connect();
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(until([&] { return api.pending.size() == 1; }));
    turns(20);
    client.pump();
    EXPECT_EQ(client.received(), "");
    EXPECT_EQ(api.targets.size(), 1U);
    HttpResponse response;
    response.body = "late";
    server->answer(PendingAnswer{static_cast<std::uint64_t>(api.pending[0]) + (1U << 24)}, response,
                   now);  // nobody's
    server->answer(api.pending[0], response, now);
    EXPECT_EQ(answer_of(client).body, "late");
    EXPECT_EQ(answer_of(client).body, "{\"target\": \"/ok\"}");
    server->answer(api.pending[0], response, now);  // a second time
    turns(20);
    client.pump();
    EXPECT_EQ(client.received(), "");
}

TEST_F(ServerHttp, GivesUpOnAnAnswerThatDoesNotCome) {
    start();
    RawClient client = connect();
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(until([&] { return api.pending.size() == 1; }));
    now += options.limits.answer_timeout;
    const HttpAnswer answer = answer_of(client);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.fields.at("retry-after"), "1");
    EXPECT_EQ(ask(client, "/ok").status, 200);
    server->answer(api.pending[0], {}, now);
    EXPECT_EQ(ask(client, "/ok").status, 200);
}

TEST_F(ServerHttp, DropsThePendingAnswerOfAClientThatLeft) {
    start();
    RawClient client = connect();
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(until([&] { return api.pending.size() == 1; }));
    client.reset();
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    server->answer(api.pending[0], {}, now);
    server->answer(PendingAnswer{0xffff'ffff}, {}, now);
    turns(5);
    EXPECT_EQ(ended(ConnectionEnd::peer), 1U);
}

TEST_F(ServerHttp, AnswersHeadWithoutABodyAndOptionsWithWhatIsAllowed) {
    start();
    RawClient client = connect();
    client.send("HEAD /ok HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer_of(client, true).fields.at("content-length"), "17");
    client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    const HttpAnswer answer = answer_of(client);
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.fields.at("allow"), "GET, HEAD, OPTIONS");
    client.send("POST /post HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(answer_of(client).fields.at("allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(ask(client, "http://localhost/ok?a").body, "{\"target\": \"/ok?a\"}");
    EXPECT_EQ(ask(client, "http://localhost").status, 404);
    EXPECT_EQ(api.targets.back(), "/");
}

TEST_F(ServerHttp, EndsTheConnectionWhereTheClientWantsIt) {
    start();
    RawClient closing = connect();
    closing.send("GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer_of(closing).fields.at("connection"), "close");
    EXPECT_TRUE(gone(closing));
    closing.close();

    RawClient old = connect();
    old.send("GET /ok HTTP/1.0\r\n\r\n");
    EXPECT_EQ(answer_of(old).status, 200);
    EXPECT_TRUE(gone(old));
    old.close();

    RawClient keeping = connect();
    keeping.send("GET /ok HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(answer_of(keeping).fields.at("connection"), "keep-alive");
    keeping.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
    keeping.finish();  // half a close: the answer is still wanted
    EXPECT_EQ(answer_of(keeping).status, 200);
    EXPECT_TRUE(gone(keeping));
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::done), 2U);
    EXPECT_EQ(ended(ConnectionEnd::peer), 1U);
}

TEST_F(ServerHttp, RefusesWhatIsNoRequestAndEndsTheConnection) {
    options.limits.header_bytes = 1'024;
    options.limits.target_bytes = 256;
    options.limits.body_bytes = 100;
    start();
    const std::string long_target(257, 'a');
    const std::vector<std::pair<int, std::string>> cases{
        {400, "\x16\x03\x01\x02\r\n\r\n"},
        {400, "GET /ok\r\n\r\n"},
        {400, "GET /ok HTTP/1.1\r\n\r\n"},
        {400, "GET /ok HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        {400, "GET /ok HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n"},
        {400, "GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {400,
         "GET /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
        {400, "GET /o k HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /v1/quotes/BRK A\r\nHost: a\r\n\r\n"},
        {400, "GET  /ok HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /ok HTTP/1.1 HTTP/1.1\r\nHost: a\r\n\r\n"},
        {400, "GET /ok HTTP/1.1 \r\nHost: a\r\n\r\n"},
        {400, "GET /ok HTTP/11\r\nHost: a\r\n\r\n"},
        {400, "GET /ok http/1.1\r\nHost: a\r\n\r\n"},
        {505, "GET /ok HTTP/3.0\r\nHost: a\r\n\r\n"},
        {505, "GET /ok HTTP/0.9\r\nHost: a\r\n\r\n"},
        {413, "POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n"},
        {414, "GET /" + long_target + " HTTP/1.1\r\nHost: a\r\n\r\n"},
        {414, "GET /" + long_target + long_target},
        {417, "POST /ok HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"},
        {431, "GET /ok HTTP/1.1\r\nHost: a\r\nX: " + std::string(1'024, 'a') + "\r\n\r\n"},
        {431, "GET /ok HTTP/1.1\r\nHost: a\r\nX: " + std::string(2'000, 'a')},
    };
    for (const auto& [status, bytes] : cases) {
        RawClient client = connect();
        client.send(bytes);
        const HttpAnswer answer = answer_of(client);
        EXPECT_EQ(answer.status, status) << bytes;
        EXPECT_NE(answer.body.find("{\"code\": " + std::to_string(status) + ", \"reason\": \""),
                  std::string::npos);
        EXPECT_TRUE(gone(client));
        EXPECT_EQ(client.received(), "");
    }
    EXPECT_EQ(api.targets.size(), 0U);
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::refused), cases.size());
}

TEST_F(ServerHttp, TakesRequestsUpToEachLimit) {
    options.limits.target_bytes = 256;
    options.limits.body_bytes = 100'000;
    start();
    RawClient client = connect();
    EXPECT_EQ(ask(client, "/ok" + std::string(253, 'a')).status, 200);
    client.send("POST /ok HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" +
                std::string(100'000, 'b'));
    EXPECT_EQ(answer_of(client).status, 200);
    client.send(
        "POST /ok HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    EXPECT_EQ(answer_of(client).status, 200);
    EXPECT_EQ(ask(client, "/ok").status, 200);
}

TEST_F(ServerHttp, ReadsARequestThatComesByteByByte) {
    start();
    RawClient client = connect();
    for (const char byte : std::string{"\r\nGET /ok HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
        client.send({&byte, 1});
        turn();
    }
    EXPECT_EQ(answer_of(client).status, 200);
}

TEST_F(ServerHttp, LimitsTheRequestsOfAConnection) {
    options.limits.requests_per_second = 10;
    start();
    RawClient client = connect();
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(ask(client, "/ok").status, 200);
    const HttpAnswer refused = ask(client, "/ok");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.fields.at("retry-after"), "1");
    now += 100ms;
    EXPECT_EQ(ask(client, "/ok").status, 200);
    EXPECT_EQ(ask(client, "/ok").status, 429);
    RawClient other = connect();
    EXPECT_EQ(ask(other, "/ok").status, 200);
}

TEST_F(ServerHttp, AnswersAnExceptionWith500AndGoesOnForOthers) {
    start();
    RawClient client = connect();
    RawClient other = connect();
    EXPECT_EQ(ask(client, "/throw").status, 500);
    EXPECT_TRUE(gone(client));
    EXPECT_EQ(ask(other, "/ok").status, 200);
    EXPECT_EQ(server->counts().failures, 1U);
}

TEST_F(ServerHttp, SendsALargeAnswerToAReaderThatTakesItSlowly) {
    options.limits.send_buffer_bytes = 4'096;
    start();
    RawClient client{port, 4'096};
    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(until([&] { return !api.targets.empty(); }));
    RawClient other = connect();
    EXPECT_EQ(ask(other, "/ok").status, 200);
    const HttpAnswer answer = answer_of(client);
    EXPECT_EQ(answer.body, std::string(std::size_t{8} << 20, 'x'));
    EXPECT_EQ(ask(client, "/ok").status, 200);
}

TEST_F(ServerHttp, ReadsNoFurtherWhileAnswersAreNotTaken) {
    options.limits.send_buffer_bytes = 4'096;
    start();
    RawClient client{port, 4'096};
    std::string requests;
    for (int i = 0; i < 20; ++i)
        requests += "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(requests);
    turns(200);
    EXPECT_EQ(api.targets.size(), 1U);
    now += options.limits.http_idle_timeout;
    ASSERT_TRUE(until([&] { return server->counts().connections == 0; }));
    EXPECT_EQ(ended(ConnectionEnd::timeout), 1U);
}

TEST_F(ServerHttp, EndsAConnectionWhoseAnswerIsOverTheLimitOrTheBudget) {
    options.limits.answer_bytes = 1 << 20;
    book::MemoryBudget budget{"clients", 6 << 20};
    options.budget = &budget;
    start();
    RawClient client = connect();
    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(gone(client));
    EXPECT_EQ(ended(ConnectionEnd::memory), 1U);
    server.reset();
    EXPECT_EQ(budget.used(), 0U);

    options.limits.answer_bytes = 32 << 20;
    start();
    RawClient second = connect();
    EXPECT_EQ(ask(second, "/ok").status, 200);
    second.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(gone(second));
    EXPECT_EQ(ended(ConnectionEnd::memory), 1U);
    EXPECT_GT(budget.refusals(), 0U);
    EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace tickweir::gateway::tests

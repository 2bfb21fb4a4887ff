#include "tests/serve/net/server_fixture.hpp"

#include <sched.h>

#include <stdexcept>

namespace tickweir::gateway::tests {
namespace {

// Loopback delivers at once but for scheduling; this is many times what that takes.
constexpr int turns_max = 200'000;

}  // namespace

std::optional<HttpResponse> ScriptedApi::handle(const HttpRequest& request, PendingAnswer name,
                                                book::TimeNs) {
    targets.emplace_back(request.target);
    HttpResponse response;
    if (request.target == "/later") {
        pending.push_back(name);
        return std::nullopt;
    }
    if (request.target == "/throw") throw std::runtime_error{"a mistake of ours"};
    if (request.target == "/big") {
        response.body.assign(std::size_t{8} << 20, 'x');
    } else if (request.target == "/page") {
        response.content_type = "text/html; charset=utf-8";
        response.cacheable = true;
        response.content_security_policy = "script-src 'self'";
        response.body = "<p>";
    } else if (request.target == "/post") {
        response.status = 405;
    } else if (request.target.starts_with("/ok")) {
        response.body = "{\"target\": \"" + std::string{request.target} + "\"}";
    } else {
        response.status = 404;
        response.body = "{\"code\": 404, \"reason\": \"nothing here\"}";
    }
    return response;
}

std::optional<HttpResponse> ScriptedApi::authorize(const HttpRequest& request) {
    if (!closed_market || request.authorization == "Bearer key") return std::nullopt;
    HttpResponse response;
    response.status = 401;
    response.body = "{\"code\": 401, \"reason\": \"a key is needed\"}";
    return response;
}

void ServerTest::start() {
    hub_limits.messages_per_second = 1'000'000;
    hub = std::make_unique<Hub>(hub_limits, store, std::vector<MarketLink>{}, nullptr);
    server = std::make_unique<Server>(options, reactor, api, *hub);
    port = server->listen("127.0.0.1", 0);
}

void ServerTest::turn() {
    reactor.poll();
    hub->turn(now);
    server->turn(now);
}

void ServerTest::turns(int count) {
    for (int i = 0; i < count; ++i)
        turn();
}

bool ServerTest::until(const std::function<bool()>& holds) {
    for (int i = 0; i < turns_max; ++i) {
        turn();
        if (holds()) return true;
        if (i > 100) sched_yield();
    }
    return false;
}

RawClient ServerTest::connect_stream() {
    RawClient client = connect();
    client.send(ws_upgrade());
    EXPECT_EQ(answer_of(client).status, 101);
    return client;
}

HttpAnswer ServerTest::answer_of(RawClient& client, bool head) {
    std::optional<HttpAnswer> answer;
    until([&] {
        client.pump();
        answer = client.take_answer(head);
        return answer.has_value() || client.ended();
    });
    return answer.value_or(HttpAnswer{});
}

HttpAnswer ServerTest::ask(RawClient& client, std::string_view target) {
    client.send("GET " + std::string{target} + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return answer_of(client);
}

std::optional<WsFrame> ServerTest::frame_of(RawClient& client) {
    std::optional<WsFrame> frame;
    until([&] {
        client.pump();
        frame = client.take_frame();
        return frame.has_value() || client.ended();
    });
    return frame;
}

bool ServerTest::gone(RawClient& client) {
    return until([&] {
        client.pump();
        return client.ended();
    });
}

}  // namespace tickweir::gateway::tests

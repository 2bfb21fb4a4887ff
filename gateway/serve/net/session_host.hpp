// What the sessions of one server share, and what they ask of it. Internal to the server.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/api/api.hpp"
#include "gateway/serve/client_output.hpp"
#include "gateway/serve/net/deadlines.hpp"
#include "gateway/serve/net/http_answer.hpp"
#include "gateway/serve/net/server.hpp"
#include "gateway/serve/net/web_socket.hpp"
#include "gateway/serve/stream_clients.hpp"

namespace tickweir::gateway {

class Session;

struct SessionHost {
    SessionHost(ServerOptions given, Reactor& used_reactor, Api& used_api,
                StreamClients& used_streams)
        : options{std::move(given)}, reactor{used_reactor}, api{used_api}, streams{used_streams} {}

    virtual ~SessionHost() = default;
    SessionHost(const SessionHost&) = delete;
    SessionHost& operator=(const SessionHost&) = delete;

    /// The streams' name of a session's client, while it has one.
    virtual void add_client(ClientId client, Session& session) = 0;
    virtual void remove_client(ClientId client) = 0;
    virtual PendingAnswer next_pending(Session& session) = 0;

    /// The session is settled before the turn ends.
    virtual void touch(Session& session) = 0;
    /// It has more to do, in the next turn: others come first.
    virtual void touch_later(Session& session) = 0;
    /// It is over; it goes at the end of the turn, when no call of it is on the stack.
    virtual void bury(Session& session) = 0;

    ServerOptions options;
    Reactor& reactor;
    Api& api;
    StreamClients& streams;
    HttpAnswers answers;
    WebSocketLoop loop;
    Deadlines deadlines;
    ServerCounts counts;
    std::uint64_t failures = 0;  // exceptions outside of the loop
    bool stopping = false;
    book::TimeNs now{};       // of the turn
    std::string answer_text;  // of one answer, kept for its memory
    std::array<std::byte, 16 * 1024> plaintext{};
    std::array<std::byte, 16 * 1024> ciphertext{};
};

}  // namespace tickweir::gateway

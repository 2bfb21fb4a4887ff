// What the connections of one FIX server share, and what they ask of it. Internal to the server.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/fix/session_settings.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/deadlines.hpp"
#include "gateway/tls_context.hpp"

namespace tickweir::gateway::fix {

class FixConnection;

struct ConnectionHost {
    ConnectionHost(const FixSettings& given, Reactor& used) : settings{given}, reactor{used} {}
    virtual ~ConnectionHost() = default;
    ConnectionHost(const ConnectionHost&) = delete;
    ConnectionHost& operator=(const ConnectionHost&) = delete;

    /// The first message: the connection is refused, waits, or has a session behind it.
    virtual void on_first(FixConnection& connection, const codecs::fix::Message& message) = 0;
    virtual void on_frame(FixConnection& connection, const codecs::fix::Message& message) = 0;
    virtual void on_garbled(FixConnection& connection) = 0;
    virtual void on_refused(FixConnection& connection, Refusal why) = 0;
    /// The logon again, once its password was looked at.
    virtual void on_password(FixConnection& connection, const codecs::fix::Message& message,
                             bool matches) = 0;
    /// Its session has no line any more.
    virtual void on_session_end(SessionId session) = 0;

    /// It is settled before the turn ends.
    virtual void touch(FixConnection& connection) = 0;
    /// Whether its output may leave by now; else it is touched again soon.
    virtual bool may_send(FixConnection& connection) = 0;
    /// It has more to do, in the next turn: others come first.
    virtual void touch_later(FixConnection& connection) = 0;
    /// It is over; it goes at the end of the turn, when no call of it is on the stack.
    virtual void bury(FixConnection& connection) = 0;

    const FixSettings& settings;
    Reactor& reactor;
    const TlsContext* tls = nullptr;
    book::MemoryBudget* budget = nullptr;
    int send_buffer_bytes = 0;  ///< SO_SNDBUF; 0: the system's
    int receive_buffer_bytes = 0;
    std::chrono::nanoseconds stall_timeout = std::chrono::seconds{30};
    Deadlines deadlines;
    bool stopping = false;
    book::TimeNs now{};           // of the turn
    codecs::fix::Message reader;  // of the frame in hand
    std::array<std::byte, 16 * 1024> plaintext{};
    std::array<std::byte, 16 * 1024> ciphertext{};
};

}  // namespace tickweir::gateway::fix

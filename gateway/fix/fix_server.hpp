// The FIX port: listens, lets connections in or turns them away, asks for passwords, and moves
// frames between connections and sessions. Owns sockets, sleeps never; one owner thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/fix/accept_gate.hpp"
#include "gateway/fix/connection_host.hpp"
#include "gateway/fix/lockout.hpp"
#include "gateway/fix/logon_check.hpp"
#include "gateway/fix/password_desk.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/fix/sessions.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/listener.hpp"
#include "gateway/tls_context.hpp"
#include "gateway/venue/input_delay.hpp"

namespace tickweir::gateway::fix {

/// Counts since the server began; read by its own thread.
struct FixServerCounts {
    std::size_t connections = 0;  ///< now
    std::uint64_t accepted = 0;
    std::uint64_t accept_pauses = 0;  ///< the process ran out of descriptors or memory
    std::array<std::uint64_t, refusal_kinds> refused{};  ///< by Refusal
    std::uint64_t lockouts = 0;
};

struct FixServerParts {
    const FixSettings* settings = nullptr;  ///< outlives the server
    Sessions* sessions = nullptr;           ///< likewise
    Reactor* reactor = nullptr;             ///< likewise
    const TlsContext* tls = nullptr;        ///< with it every connection is TLS
    book::MemoryBudget* budget = nullptr;   ///< what connections hold is charged here
    int send_buffer_bytes = 0;              ///< SO_SNDBUF; 0: the system's
    int receive_buffer_bytes = 0;           ///< SO_RCVBUF; likewise
    InputDelay* input_delay = nullptr;      ///< is told how long the backlogged wait; may be none
};

class FixServer final : public ConnectionHost {
public:
    explicit FixServer(const FixServerParts& parts);
    ~FixServer() override;

    /// Listens where the settings say; returns the port. Throws std::runtime_error naming address,
    /// port and reason.
    std::uint16_t listen();

    /// Accepts and reads: a bounded amount for each connection. The caller's own work that sends
    /// follows, then send(). Whether there was something to do.
    bool receive(book::TimeNs now);
    /// Sends what was queued, and says what to wait for.
    void send();
    bool has_work() const;
    std::optional<book::TimeNs> next_due() const;

    /// Stops accepting, turns away who has no session; who has one is the sessions' to log out.
    void stop(book::TimeNs now);
    bool stopped() const { return stopping && gate_.connections() == 0; }
    /// Ends all connections without another word.
    void cut_off_all();

    const FixServerCounts& counts() const;

private:
    // ConnectionHost
    void on_first(FixConnection& connection, const codecs::fix::Message& message) override;
    void on_password(FixConnection& connection, const codecs::fix::Message& message,
                     bool matches) override;
    void on_frame(FixConnection& connection, const codecs::fix::Message& message) override;
    void on_garbled(FixConnection& connection) override;
    void on_refused(FixConnection& connection, Refusal why) override;
    void on_session_end(SessionId session) override { sessions_.end(session, now); }
    void touch(FixConnection& connection) override;
    void touch_later(FixConnection& connection) override;
    bool may_send(FixConnection& connection) override;
    void bury(FixConnection& connection) override;

    bool accept();
    void admit(Listener::Accepted accepted);
    bool take_passwords();
    void count_failure(const IpAddress& ip, const SessionSettings& session);
    void count_failure(std::string_view client, const IpAddress& ip);
    void refuse_logon(FixConnection& connection, std::optional<SessionId> session, Refusal why);
    LogonVerdict verdict_of(SessionId session, const codecs::fix::Message& logon) const;
    void begin(FixConnection& connection, SessionId session, const codecs::fix::Message& logon);
    void work_backlog();
    void tell_delay();
    void bury_gone();

    struct Later {
        std::size_t slot = 0;
        book::TimeNs since;
    };
    struct Waiting {  // for its password
        std::uint64_t ticket = 0;
        std::optional<std::size_t> slot;  // none: its connection has ended
        IpAddress ip;
        SessionId session{};
    };

    Sessions& sessions_;
    AcceptGate gate_;
    Lockout lockout_;
    std::optional<PasswordDesk> passwords_;  // where any session has one
    std::unique_ptr<Listener> listener_;
    std::vector<std::unique_ptr<FixConnection>> connections_;  // by slot
    std::vector<std::size_t> free_slots_;
    std::vector<FixConnection*> touched_;
    std::deque<Later> later_;            // the backlogged, in the order of their turns
    std::vector<std::size_t> held_;      // slots whose numbers are not durable yet
    std::vector<std::size_t> gone_;      // slots of connections that are over
    std::vector<FixConnection*> batch_;  // of touched_, while they are settled
    std::vector<Waiting> waiting_;
    std::uint64_t last_ticket_ = 0;
    InputDelay* input_delay_;
    mutable FixServerCounts counts_;
};

}  // namespace tickweir::gateway::fix

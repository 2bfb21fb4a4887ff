// What other threads may know of FIX sessions and ask of them: rows of status, and commands that
// the FIX thread carries out between its turns. Bounded both ways; knows neither sockets nor FIX.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/runtime/inquiries.hpp"
#include "gateway/shield/circuit_breaker.hpp"

namespace tickweir::gateway::fix {

enum class SessionState : std::uint8_t {
    disconnected,
    logged_on,
    logging_out,  ///< our Logout is sent, the client's is awaited
};
std::string_view to_string(SessionState state);

/// One session as it stood when the rows were published.
struct SessionRow {
    std::string name;     ///< of its section in the configuration
    std::string comp_id;  ///< the client's
    SessionState state = SessionState::disconnected;
    bool enabled = true;
    bool in_schedule = true;                           ///< its hours let it log on now
    std::string address;                               ///< of the connected peer, or empty
    std::optional<book::TimeNs> since = std::nullopt;  ///< of the logon
    std::uint64_t next_inbound = 1;
    std::uint64_t next_outbound = 1;
    std::size_t queued_bytes = 0;
    std::uint64_t received = 0;  ///< messages since the process began; likewise below
    std::uint64_t sent = 0;
    std::uint64_t resent = 0;
    std::uint64_t rejected = 0;  ///< messages answered with 3 or j
    std::uint64_t garbled = 0;
    std::uint64_t logons = 0;
    std::uint64_t refused = 0;  ///< connections and logons that were turned away
    std::uint64_t cut = 0;      ///< connections closed for not reading
    friend bool operator==(const SessionRow&, const SessionRow&) = default;
};

enum class SessionAction : std::uint8_t {
    logout,   ///< sends Logout and ends the connection; the client may come again
    enable,   ///< lets it log on
    disable,  ///< logs it out, and refuses its logons
    reset,    ///< the numbers set and the stored messages gone; only while disconnected
    breaker,  ///< its circuit breaker is forced, or let go
};

std::string_view to_string(SessionAction action);

struct SessionCommand {
    SessionAction action = SessionAction::logout;
    std::string session;              ///< the name of its section
    std::string text = {};            ///< for Text (58) of the Logout, and for the log
    std::uint64_t next_inbound = 1;   ///< of a reset: the number expected next, 1 or more
    std::uint64_t next_outbound = 1;  ///< of a reset: the number sent next, 1 or more
    shield::BreakerForce force = shield::BreakerForce::none;  ///< of breaker
};

enum class CommandStatus : std::uint8_t { done, unknown_session, refused };

struct CommandAnswer {
    CommandStatus status = CommandStatus::done;
    std::string text = {};  ///< why it was refused
    friend bool operator==(const CommandAnswer&, const CommandAnswer&) = default;
};

/// The name of a command that waits or was answered.
enum class CommandTicket : std::uint64_t {};

/// Any number of asking threads, one FIX thread, which never waits for longer than for a copy.
class SessionsControl {
    using Asked = Inquiries<SessionCommand, CommandAnswer, CommandTicket, 64, 64>;

public:
    using Taken = Asked::Taken;
    static constexpr std::size_t commands_max = Asked::commands_max;
    static constexpr std::size_t answers_max = Asked::answers_max;

    /// Before the threads start: whom a command and an answer wake; none: nobody sleeps.
    void set_wakers(Waker* fix_thread, Waker* asking_thread);

    // Any thread.
    std::vector<SessionRow> rows() const;
    /// Nothing where too many wait.
    [[nodiscard]] std::optional<CommandTicket> request(SessionCommand command) {
        return asked_.request(std::move(command), asking_waker_);
    }
    /// Once: takes the answer away.
    std::optional<CommandAnswer> take_answer(CommandTicket ticket) {
        return asked_.take_answer(ticket);
    }

    // The FIX thread.
    bool has_commands() const { return asked_.has_commands(); }
    std::optional<Taken> take_command() { return asked_.take_command(); }
    void answer(CommandTicket ticket, CommandAnswer answer) {
        asked_.answer(ticket, asking_waker_, std::move(answer));
    }
    void publish(std::span<const SessionRow> rows);

private:
    Asked asked_;
    mutable std::mutex mutex_;      // never held together with another
    std::vector<SessionRow> rows_;  // guarded by mutex_
    Waker* asking_waker_ = nullptr;
};

}  // namespace tickweir::gateway::fix

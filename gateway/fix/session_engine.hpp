// The session layer's state machine: sequence numbers, gaps, heartbeats, logon and logout, as
// QuickFIX runs them, behind a firewall: nothing of that library is named here. It gets whole,
// vetted messages and the time; it owns no socket, thread, timer, file or log.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/fix/session_id.hpp"

namespace tickweir::gateway::fix {

struct EngineSession {
    std::string comp_id;                 ///< the client's
    std::uint32_t sending_time_s = 120;  ///< how far SendingTime may be from our clock
};

struct EngineOptions {
    std::string comp_id = "TICKWEIR";  ///< ours
    std::string begin_string = "FIX.4.4";
    /// A data dictionary as XML, against which messages are validated; empty: none.
    std::string dictionary = {};
};

/// What the engine works with and tells. Called on the engine's thread, only from within a call of
/// the engine, and partly with the session's lock of the library held: an implementation takes
/// notes and touches its own numbers and queues, it calls neither the engine nor an application.
/// The one exception is on_message(), around which no lock is held.
class SessionEngineHost {
public:
    // Numbers and messages kept. False: they cannot be kept, and the session ends.
    virtual std::uint64_t next_inbound(SessionId session) const = 0;
    virtual std::uint64_t next_outbound(SessionId session) const = 0;
    [[nodiscard]] virtual bool set_next_inbound(SessionId session, std::uint64_t number) = 0;
    [[nodiscard]] virtual bool set_next_outbound(SessionId session, std::uint64_t number) = 0;
    [[nodiscard]] virtual bool keep(SessionId session, std::uint64_t number,
                                    std::string_view wire) = 0;
    [[nodiscard]] virtual bool reset(SessionId session) = 0;

    /// A whole message for the client. False: there is no room, the session is cut.
    virtual bool transmit(SessionId session, std::string_view wire) = 0;
    /// The connection is to end once what was transmitted has left.
    virtual void hang_up(SessionId session) = 0;

    virtual void on_logon(SessionId session) = 0;
    virtual void on_logout(SessionId session) = 0;
    /// An application message is next in order: the one handed over, or one that waited behind a
    /// gap.
    virtual void on_message(SessionId session, std::uint64_t number) = 0;
    /// An administrative message was taken in order; likewise.
    virtual void on_admin(SessionId session, std::uint64_t number) = 0;
    /// The client asks for [begin, end] again; the engine itself sends nothing.
    virtual void on_resend_request(SessionId session, std::uint64_t begin, std::uint64_t end) = 0;
    /// What the library would log; values of fields do not occur in it.
    virtual void on_event(SessionId session, std::string_view text) = 0;

protected:
    ~SessionEngineHost() = default;
};

enum class FrameOutcome : std::uint8_t {
    taken,
    invalid,  ///< ignored: as a message with a wrong checksum is
    failed,   ///< an exception; the session must be ended
};

/// All sessions of one gateway. One thread; QuickFIX starts none, because its acceptor is never
/// started: its constructor makes the sessions, and what it would poll for is given to them here.
class SessionEngine {
public:
    /// Throws std::runtime_error that says what is wrong with the sessions or the dictionary. A
    /// session's SessionId is its place in `sessions`.
    SessionEngine(const EngineOptions& options, std::span<const EngineSession> sessions,
                  SessionEngineHost& host);
    SessionEngine(const SessionEngine&) = delete;
    SessionEngine& operator=(const SessionEngine&) = delete;
    ~SessionEngine();

    /// A connection belongs to the session from here on.
    void connect(SessionId session);
    /// The connection is gone, or about to go. Harmless where there is none.
    void disconnect(SessionId session);

    /// One whole message that was vetted.
    FrameOutcome on_frame(SessionId session, std::string_view wire, book::TimeNs now);
    /// About once a second while connected: heartbeats, test requests, timeouts.
    FrameOutcome on_tick(SessionId session, book::TimeNs now);

    /// Sends Logout with this text at once; the session ends when the client answers, or after 2 s.
    FrameOutcome logout(SessionId session, const std::string& text, book::TimeNs now);
    /// After logout() and the end of the connection: logons are taken again.
    void allow(SessionId session);

    bool logged_on(SessionId session) const;
    /// Whether our Logout is on its way and the client's is not here yet.
    bool logging_out(SessionId session) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::gateway::fix

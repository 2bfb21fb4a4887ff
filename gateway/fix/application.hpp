// The seam between the session layer and what sessions are for: an application gets messages in
// the order of their sequence numbers, each once, and answers through the output it is given.
// Sockets, sequence numbers, resending and heartbeats are behind it; no lock is held around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "book/types.hpp"
#include "gateway/fix/report_place.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/shield/circuit_breaker.hpp"

namespace tickweir::codecs::fix {
class Message;
}

namespace tickweir::gateway::fix {

enum class SendStatus : std::uint8_t {
    queued,         ///< stored under its sequence number, and on its way
    not_logged_on,  ///< nobody is there; nothing was stored
    refused,        ///< no MsgType, or beyond the limit of a message; nothing was stored
    store_failed,   ///< it could not be kept for a resend; the session ends
    cut,            ///< the session does not read: its queue is full; the session ends
    stored,         ///< of deliver: nobody is there, it waits in the store until it is asked for
    not_kept,       ///< likewise, but no disk took it: its number will be a gap fill
};

/// How an application sends. Every member is for the FIX thread.
class SessionOutput {
public:
    /// Numbers, stores and queues one application message. `body` is what follows the standard
    /// header: fields as `tag=value<SOH>`, the last SOH included. Never waits; writes are batched.
    virtual SendStatus send(SessionId session, std::string_view msg_type,
                            std::string_view body) = 0;

    /// As `send`, and while nobody is logged on the message takes its number and waits in the
    /// store: who logs on next finds a gap and asks for it. For what a client must not miss; its
    /// type is one that is sent again when asked for. Answers `not_logged_on` never.
    virtual SendStatus deliver(SessionId session, std::string_view msg_type,
                               std::string_view body) = 0;

    /// BusinessMessageReject of a message just received: 45, 372, 379 (where `ref_id` is not
    /// empty), 380 and 58.
    virtual SendStatus business_reject(SessionId session, const codecs::fix::Message& message,
                                       unsigned reason, std::string_view ref_id,
                                       std::string_view text) = 0;

    /// Session-level Reject of a message just received: 45, 371 (where `tag` is not 0), 372, 373
    /// and 58.
    virtual SendStatus reject(SessionId session, const codecs::fix::Message& message,
                              unsigned reason, std::uint32_t tag, std::string_view text) = 0;

    /// What the session had been told of the venue's log before this process: reports of places up
    /// to there are not told again. Of a gateway without a venue: nothing.
    virtual ReportPlace told(SessionId) const { return {}; }

    /// Ends a session that is logged on, with a Logout that says why: at once from within
    /// on_message, otherwise within a second. Nothing more is sent to it, and its frames are not
    /// taken any more.
    virtual void end_session(SessionId session, std::string_view why) = 0;

    virtual bool logged_on(SessionId session) const = 0;
    /// What the session's last Logon said in 8013, whether orders are to be cancelled when its
    /// connection ends: of this process or of one before; nothing where it said nothing.
    virtual std::optional<bool> cancel_on_disconnect(SessionId session) const = 0;

    /// Bytes that wait for the session's socket: what an application slows down by.
    virtual std::size_t queued_bytes(SessionId session) const = 0;
    /// Beyond this the session is cut.
    virtual std::size_t queue_bytes_max(SessionId session) const = 0;

    /// The configured name of the client: its SenderCompID.
    virtual std::string_view comp_id(SessionId session) const = 0;

protected:
    ~SessionOutput() = default;
};

/// What sessions are for. Hosted by the FIX role; every member is called on its thread, outside of
/// all locks and never from within one of its own calls of the output.
class Application {
public:
    virtual ~Application() = default;

    /// Whether messages of this type are given to it. The first of all applications that takes a
    /// type gets it.
    virtual bool takes(std::string_view msg_type) const = 0;

    /// Why nobody may log on now, for the Text (58) of the Logout; nothing: they may. Of static
    /// lifetime.
    virtual std::optional<std::string_view> refuses_logons() const { return std::nullopt; }

    virtual void on_logon(SessionId session, book::TimeNs now, SessionOutput& output) = 0;
    /// After a logout, a lost connection and a cut alike; sending is over.
    virtual void on_logout(SessionId session, book::TimeNs now) = 0;

    /// One message, in order. Its bytes are valid during the call only.
    virtual void on_message(SessionId session, const codecs::fix::Message& message,
                            book::TimeNs now, SessionOutput& output) = 0;

    /// What a session that is logged on sent was no message (garbage, a wrong length or checksum),
    /// or one that the session layer refused: no application is given it.
    virtual void on_malformed(SessionId session, book::TimeNs now) {
        static_cast<void>(session), static_cast<void>(now);
    }

    /// An operator forces the session's circuit breaker, or lets it go. False: it has none.
    virtual bool force_breaker(SessionId session, shield::BreakerForce force, book::TimeNs now) {
        static_cast<void>(session), static_cast<void>(force), static_cast<void>(now);
        return false;
    }

    /// Does a bounded amount of what there is to do besides; true if there was something.
    virtual bool turn(book::TimeNs now, SessionOutput& output) = 0;
    /// Whether a turn would find something at once.
    virtual bool has_work() const = 0;
    virtual std::optional<book::TimeNs> next_due() const { return std::nullopt; }
};

}  // namespace tickweir::gateway::fix

// Server half of SoupBinTCP, one for each connection: bytes and time in, events and bytes out. Owns
// no socket, clock or archive: the caller decides on logins and brings the messages, from the
// sequence number on that it accepted.
//
//   awaiting ──L──> deciding ──accept()──> live ──end_of_session()──> ended
//                       └─────reject()──> rejected                      ╷
//   logged_out <──O── from deciding, live and ended                     ╵ Z is the last packet
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "codecs/bytes.hpp"
#include "codecs/soup/events.hpp"
#include "codecs/soup/link.hpp"
#include "codecs/soup/packet.hpp"
#include "codecs/soup/status.hpp"

namespace tickweir::codecs::soup {

enum class ServerState : std::uint8_t {
    awaiting,    ///< of a login request
    deciding,    ///< the caller has to accept or reject
    live,        ///< logged in
    rejected,    ///< to be closed once the output was written
    ended,       ///< the session is over: likewise
    logged_out,  ///< by the client: likewise
};

/// One connection of a server.
///
/// Events may have `on_login_request(const Alpha<6>& username, const Alpha<10>& password, const
/// Session&, sequence)` with what LoginRequest says, to be answered at once or later;
/// `on_unsequenced(Bytes)`, which may answer false: then that packet is not consumed, and comes
/// again with the next bytes; `on_debug(Bytes)` and `on_logout()`. What they lack costs nothing.
/// They may call whatever sends, but not on_bytes().
class Server {
public:
    /// The connection is there; nothing is sent before the client's login request.
    Server(const Limits& limits, TimeNs now) : link_{limits, now} {}

    /// Goes over the whole packets in `input`, which begins with what was not consumed last time.
    /// Allocates nothing; linear in the bytes.
    template <class Events>
    Consumed on_bytes(Bytes input, TimeNs now, Events&& events) {
        return link_.consume(input, now, [&](const Packet& packet, std::uint64_t offset) {
            return tell(control(packet, offset), packet, events);
        });
    }

    /// Writes a heartbeat when it is due; tells of the client's silence, or of a login that was
    /// not asked for, or not decided, in time. First give what was received.
    Status on_tick(TimeNs now);
    /// When on_tick() has something to do; none once the connection is to be closed for a fault.
    std::optional<TimeNs> next_due() const;

    /// Answers the login request: the client gets messages of this session, `sequence` first, which
    /// may have yet to come.
    Sent accept(const Session& session, std::uint64_t sequence, TimeNs now);
    Sent reject(RejectReason reason, TimeNs now);

    /// The message number next_sequence().
    Sent send_sequenced(Bytes message, TimeNs now) {
        if (const Sent sent = may_send_sequenced(); sent != Sent::ok) [[unlikely]]
            return sent;
        const Sent sent = link_.send(PacketType::sequenced, message, now);
        if (sent == Sent::ok) ++next_;
        return sent;
    }

    /// The same without a copy: sets the head that the caller writes to the connection itself, with
    /// the message after it, both in whole and before anything else of this server. Refused as
    /// `full` while output is pending, which has to go first.
    Sent claim_sequenced(std::size_t message_bytes, TimeNs now, Header& header);

    Sent send_unsequenced(Bytes message, TimeNs now);
    Sent send_debug(Bytes text, TimeNs now);
    /// The session is over: there will be no more messages.
    Sent end_of_session(TimeNs now);

    /// What waits to be written: all of it, or a first part. Valid until the next call that sends,
    /// ticks or drains.
    Bytes pending_output() const { return link_.output().front(); }
    /// So many bytes of it were written.
    void drained(std::size_t bytes) { link_.drained(bytes); }

    ServerState state() const { return state_; }
    const Status& status() const { return link_.status(); }
    /// Whether the caller should close the connection: at once for a fault, else when no output is
    /// pending.
    bool finished() const {
        return !status().ok() || (pending_output().empty() && (state_ == ServerState::rejected ||
                                                               state_ == ServerState::ended ||
                                                               state_ == ServerState::logged_out));
    }
    /// Of the next message to send; 0 before the login was accepted, and after the last number.
    std::uint64_t next_sequence() const { return next_; }

private:
    /// What the events have to know of a packet.
    enum class Told : std::uint8_t {
        nothing,
        failed,
        login,
        unsequenced,
        debug,
        logout,
    };

    template <class Events>
    Step tell(Told told, const Packet& packet, Events& events) {
        switch (told) {
            case Told::nothing:
                return Step::next;
            case Told::failed:
                return Step::fail;
            case Told::login: {
                const LoginRequest request = read<LoginRequest>(packet.payload.data());
                const Session session = request.session;
                if constexpr (requires {
                                  events.on_login_request(request.username, request.password,
                                                          session, std::uint64_t{});
                              })
                    events.on_login_request(request.username, request.password, session,
                                            request.sequence.number().value_or(0));
                return Step::next;
            }
            case Told::unsequenced:
                if constexpr (requires { events.on_unsequenced(packet.payload); }) {
                    if (!taken([&] { return events.on_unsequenced(packet.payload); }))
                        return Step::hold;
                }
                return Step::next;
            case Told::debug:
                if constexpr (requires { events.on_debug(packet.payload); })
                    events.on_debug(packet.payload);
                return Step::next;
            case Told::logout:
                if constexpr (requires { events.on_logout(); }) events.on_logout();
                return Step::next;
        }
        return Step::fail;
    }

    Sent may_send_sequenced() const {
        if (state_ != ServerState::live || !status().ok()) return Sent::wrong_state;
        return next_ == 0 ? Sent::bad_sequence : Sent::ok;
    }

    Fault fault_of(PacketType type) const;
    Told control(const Packet& packet, std::uint64_t offset);
    Told login(const Packet& packet, std::uint64_t offset);

    Link link_;
    ServerState state_ = ServerState::awaiting;
    std::uint64_t next_ = 0;
};

}  // namespace tickweir::codecs::soup

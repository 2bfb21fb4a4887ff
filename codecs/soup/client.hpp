// Client half of SoupBinTCP: bytes and time in, events and bytes out. Owns no socket or clock and
// does not reconnect: a new Client, made from resumed(), goes on where this one ended.
//
//   awaiting ──A──> live ──logout()──> logging_out      any of them ──fault──> status(), for ever
//      └─────J──> rejected   └──Z──> ended <──Z──┘
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

/// Who logs in, and for what.
struct ClientSettings {
    Alpha<6> username{};
    Alpha<10> password{};
    Session session{};           ///< blank: the current one
    std::uint64_t sequence = 1;  ///< of the next message wanted; 0: begin with the most recent one
    Limits limits{};
};

enum class ClientState : std::uint8_t {
    awaiting,     ///< of the login's answer
    live,         ///< logged in
    logging_out,  ///< logout was sent; what is on its way still comes
    rejected,     ///< the login was refused: to be closed
    ended,        ///< the session is over: to be closed
};

struct ClientCounts {
    std::uint64_t messages = 0;     ///< sequenced ones, given to the events
    std::uint64_t repeated = 0;     ///< sequenced ones below what was asked for, dropped
    std::uint64_t missed = 0;       ///< sequenced ones that the server did not have any more
    std::uint64_t unsequenced = 0;  ///< given to the events
    friend bool operator==(const ClientCounts&, const ClientCounts&) = default;
};

/// One connection of a client.
///
/// Events may have `on_login_accepted(const Session&, sequence of the next message)`; after it, if
/// so, `on_new_session(const Session&)`: not the one asked for, and `on_missed(first sequence,
/// count)`: the server begins later than asked; `on_login_rejected(RejectReason)`,
/// `on_sequenced(sequence, Bytes message)`, `on_unsequenced(Bytes)`, `on_debug(Bytes)` and
/// `on_end_of_session()`. What they lack costs nothing. `on_sequenced` and `on_unsequenced` may
/// answer false: then that packet is not consumed, and comes again with the next bytes. They may
/// call whatever sends, but not on_bytes().
class Client {
public:
    /// The connection is there; the login request waits in pending_output().
    Client(const ClientSettings& settings, TimeNs now);

    /// Goes over the whole packets in `input`, which begins with what was not consumed last time.
    /// Allocates nothing; linear in the bytes.
    template <class Events>
    Consumed on_bytes(Bytes input, TimeNs now, Events&& events) {
        return link_.consume(input, now, [&](const Packet& packet, std::uint64_t offset) {
            if (packet.type == PacketType::sequenced && takes_data()) [[likely]]
                return on_sequenced(packet.payload, offset, events);
            return tell(control(packet, offset), packet, events);
        });
    }

    /// Writes a heartbeat when it is due; tells of the server's silence, or of a login without an
    /// answer. First give what was received: only then is it silence.
    Status on_tick(TimeNs now);
    /// When on_tick() has something to do; none once the connection is to be closed for a fault.
    std::optional<TimeNs> next_due() const;

    Sent send_unsequenced(Bytes message, TimeNs now);
    Sent send_debug(Bytes text, TimeNs now);
    /// Says that no more is wanted; the server closes the connection. False, and nothing sent, when
    /// not logged in.
    bool logout(TimeNs now);

    /// What waits to be written: all of it, or a first part. Valid until the next call that sends,
    /// ticks or drains.
    Bytes pending_output() const { return link_.output().front(); }
    /// So many bytes of it were written.
    void drained(std::size_t bytes) { link_.drained(bytes); }

    ClientState state() const { return state_; }
    const Status& status() const { return link_.status(); }
    /// The session logged in to, or the one asked for.
    const Session& session() const { return settings_.session; }
    /// Of the next message the events have not taken; inside `on_sequenced`, of that message. 0
    /// before the answer to a login that asked for 0.
    std::uint64_t next_sequence() const { return next_ < wanted_ ? wanted_ : next_; }
    /// Settings for the next connection: the same session, from the next message on.
    ClientSettings resumed() const {
        ClientSettings settings = settings_;
        settings.sequence = next_sequence();
        return settings;
    }
    const ClientCounts& counts() const { return counts_; }

private:
    /// What the events have to know of a packet.
    enum class Told : std::uint8_t {
        nothing,
        failed,
        accepted,
        rejected,
        unsequenced,
        debug,
        ended,
    };

    bool takes_data() const {
        return state_ == ClientState::live || state_ == ClientState::logging_out;
    }

    template <class Events>
    Step on_sequenced(Bytes message, std::uint64_t offset, Events& events) {
        if (next_ < wanted_ || next_ == 0) [[unlikely]] {
            if (next_ == 0) return overflow(offset);
            ++next_;
            ++counts_.repeated;
            return Step::next;
        }
        if constexpr (requires { events.on_sequenced(next_, message); }) {
            if (!taken([&] { return events.on_sequenced(next_, message); })) return Step::hold;
        }
        ++next_;
        ++counts_.messages;
        return Step::next;
    }

    template <class Events>
    Step tell(Told told, const Packet& packet, Events& events) {
        switch (told) {
            case Told::nothing:
                return Step::next;
            case Told::failed:
                return Step::fail;
            case Told::accepted:
                tell_accepted(events);
                return Step::next;
            case Told::rejected:
                if constexpr (requires { events.on_login_rejected(RejectReason{}); })
                    events.on_login_rejected(packet.as<LoginRejected>()->reason);
                return Step::next;
            case Told::unsequenced:
                if constexpr (requires { events.on_unsequenced(packet.payload); }) {
                    if (!taken([&] { return events.on_unsequenced(packet.payload); }))
                        return Step::hold;
                }
                ++counts_.unsequenced;
                return Step::next;
            case Told::debug:
                if constexpr (requires { events.on_debug(packet.payload); })
                    events.on_debug(packet.payload);
                return Step::next;
            case Told::ended:
                if constexpr (requires { events.on_end_of_session(); }) events.on_end_of_session();
                return Step::next;
        }
        return Step::fail;
    }

    template <class Events>
    void tell_accepted(Events& events) {
        const std::uint64_t first_missed = next_ - counts_.missed;
        if constexpr (requires { events.on_login_accepted(session(), next_); })
            events.on_login_accepted(session(), next_);
        if constexpr (requires { events.on_new_session(session()); })
            if (new_session_) events.on_new_session(session());
        if constexpr (requires { events.on_missed(first_missed, counts_.missed); })
            if (counts_.missed != 0) events.on_missed(first_missed, counts_.missed);
    }

    Told control(const Packet& packet, std::uint64_t offset);
    Fault fault_of(PacketType type) const;
    Told accept(const Packet& packet, std::uint64_t offset);
    Step overflow(std::uint64_t offset);

    ClientSettings settings_;
    Link link_;
    ClientState state_ = ClientState::awaiting;
    bool new_session_ = false;
    std::uint64_t next_;    ///< of the next sequenced packet; 0 after the last number there is
    std::uint64_t wanted_;  ///< what is below was taken on an earlier connection
    ClientCounts counts_;
};

}  // namespace tickweir::codecs::soup

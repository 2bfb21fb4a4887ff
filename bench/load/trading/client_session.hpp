// The client's half of a FIX 4.4 session as a machine: bytes and time in, messages and bytes out.
// For load and as an example: it begins numbers anew at each logon and keeps nothing to send again.
// Owns no socket and no clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "codecs/fix/writer.hpp"

namespace tickweir::bench {

namespace wire = codecs::fix;
using book::TimeNs;

struct ClientSettings {
    std::string comp_id;
    std::string target = "TICKWEIR";
    std::string password{};      ///< empty: none is sent
    std::string logon_fields{};  ///< further ones of the Logon, as `tag=value<SOH>`
    std::chrono::seconds heartbeat{30};
    std::size_t output_bytes = std::size_t{1} << 20;  ///< that may wait for the socket
};

enum class ClientState : std::uint8_t {
    idle,         ///< before log_on()
    logging_on,   ///< the Logon is sent
    logged_on,    ///< and answered
    logging_out,  ///< our Logout is sent
    ended,        ///< no more to say; ending() tells why
};

struct ClientCounts {
    std::uint64_t sent = 0;      ///< messages, those of the session included
    std::uint64_t received = 0;  ///< whole messages, those out of order included
    std::uint64_t garbled = 0;   ///< stretches of input that were no message
    std::uint64_t gaps = 0;      ///< numbers that were missing when a later one came
    std::uint64_t no_room = 0;   ///< messages refused because the socket did not take the others
};

///   idle ─log_on()─► logging_on ─Logon─► logged_on ─log_out()─► logging_out ─Logout─► ended
///                        │                   └─ Logout, silence, a number too low ─────► ended
class ClientSession {
public:
    explicit ClientSession(ClientSettings settings);

    /// A new connection: forgets what was said in the one before.
    void log_on(TimeNs now);
    void log_out(TimeNs now);

    /// Consumes `bytes`, keeps the piece of a message at their end, and calls visit(const Message&)
    /// for each application message and Reject, in the order of their numbers and each once. A
    /// message beyond a gap is left out: all from the gap on are asked for again.
    template <class Visit>
    void on_bytes(std::string_view bytes, TimeNs now, Visit&& visit);
    /// Heartbeats of ours; ends a session whose peer has been silent for more than twice as long.
    void on_tick(TimeNs now);

    /// One message: fill(Writer&) writes its body behind the standard header. False, and nothing
    /// sent, unless logged on, and where there is no room or a field is refused.
    template <class Fill>
    bool send(std::string_view msg_type, TimeNs now, Fill&& fill);
    /// Any bytes in place of a message, for those who misbehave; they take no number.
    bool send_raw(std::string_view bytes);

    /// What the socket has to take, in the order of sending; valid until the next call.
    std::string_view output() const { return {output_.data() + begin_, end_ - begin_}; }
    void drain(std::size_t bytes);

    ClientState state() const { return state_; }
    bool logged_on() const { return state_ == ClientState::logged_on; }
    /// Why it ended: the text of the peer's Logout, or what was wrong.
    std::string_view ending() const { return ending_; }
    /// The socket is gone.
    void end(std::string_view why);
    const ClientCounts& counts() const { return counts_; }
    const std::string& comp_id() const { return settings_.comp_id; }

private:
    enum class Fate : std::uint8_t { visit, done };

    Fate on_message(const wire::Message& message, TimeNs now);
    Fate judge_number(const wire::Message& message, TimeNs now);
    void on_session_message(const wire::Message& message, TimeNs now);
    void on_sequence_reset(const wire::Message& message);
    void answer_resend_request(const wire::Message& message, TimeNs now);
    void on_logout(const wire::Message& message, TimeNs now);
    std::span<char> room();
    template <class Fill>
    bool write(std::string_view msg_type, std::uint64_t number, TimeNs now, Fill&& fill);
    template <class Fill>
    bool write_next(std::string_view msg_type, TimeNs now, Fill&& fill);

    ClientSettings settings_;
    ClientState state_ = ClientState::idle;
    std::string ending_;
    ClientCounts counts_;
    std::uint64_t next_out_ = 1;
    std::uint64_t next_in_ = 1;
    bool asked_ = false;  // for what is missing before the next number
    TimeNs last_sent_;
    TimeNs last_received_;
    std::string part_;  // of a message that has not come whole
    wire::Message message_;
    std::vector<char> output_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

template <class Visit>
void ClientSession::on_bytes(std::string_view bytes, TimeNs now, Visit&& visit) {
    last_received_ = now;
    const bool joined = !part_.empty();
    if (joined) part_.append(bytes);
    std::string_view rest = joined ? std::string_view{part_} : bytes;
    while (state_ != ClientState::ended) {
        const wire::Frame frame = message_.read(rest);
        if (frame.status == wire::FrameStatus::partial) break;
        rest.remove_prefix(frame.bytes);
        if (frame.status == wire::FrameStatus::garbled ||
            message_.fault() != wire::MessageFault::none) {
            ++counts_.garbled;
        } else if (on_message(message_, now) == Fate::visit) {
            visit(static_cast<const wire::Message&>(message_));
        }
    }
    if (joined) {
        part_.erase(0, part_.size() - rest.size());
    } else {
        part_.assign(rest);
    }
}

template <class Fill>
bool ClientSession::write(std::string_view msg_type, std::uint64_t number, TimeNs now,
                          Fill&& fill) {
    wire::Writer writer{room()};
    writer.begin(wire::fix_4_4, msg_type, settings_.comp_id, settings_.target);
    writer.field(wire::tag::msg_seq_num, number);
    writer.field(wire::tag::sending_time, wire::UtcTime{now.time_since_epoch()});
    fill(writer);
    const wire::Written written = writer.finish();
    if (!written) {
        ++counts_.no_room;
        return false;
    }
    // The text lies in the room, behind a gap where BodyLength took fewer digits than it might.
    const auto at = static_cast<std::size_t>(written.text.data() - output_.data());
    if (begin_ == end_) {
        begin_ = end_ = at;
    } else if (at != end_) {
        std::copy(written.text.begin(), written.text.end(), output_.data() + end_);
    }
    end_ += written.text.size();
    last_sent_ = now;
    ++counts_.sent;
    return true;
}

template <class Fill>
bool ClientSession::write_next(std::string_view msg_type, TimeNs now, Fill&& fill) {
    if (!write(msg_type, next_out_, now, fill)) return false;
    ++next_out_;
    return true;
}

template <class Fill>
bool ClientSession::send(std::string_view msg_type, TimeNs now, Fill&& fill) {
    return logged_on() && write_next(msg_type, now, fill);
}

}  // namespace tickweir::bench

#include "codecs/soup/client.hpp"

#include <algorithm>
#include <limits>

namespace tickweir::codecs::soup {

Client::Client(const ClientSettings& settings, TimeNs now)
    : settings_{settings},
      link_{settings.limits, now},
      next_{settings.sequence},
      wanted_{settings.sequence} {
    // Padded like the one that will be compared with it.
    settings_.session = SessionField{settings.session};
    link_.put(LoginRequest{settings.username, settings.password, settings.session,
                           SequenceField{settings.sequence}},
              now);
}

Status Client::on_tick(TimeNs now) {
    if (!status().ok()) return status();
    if (state_ == ClientState::awaiting) {
        link_.tick_login(now);
        return status();
    }
    link_.tick_silence(now);
    if (state_ == ClientState::live && status().ok())
        link_.tick_heartbeat(PacketType::client_heartbeat, now);
    return status();
}

std::optional<TimeNs> Client::next_due() const {
    if (!status().ok()) return std::nullopt;
    if (state_ == ClientState::awaiting) return link_.login_due();
    TimeNs due = link_.silence_due();
    if (state_ == ClientState::live) due = std::min(due, link_.heartbeat_due());
    if (due == TimeNs::max()) return std::nullopt;
    return due;
}

Sent Client::send_unsequenced(Bytes message, TimeNs now) {
    if (state_ != ClientState::live || !status().ok()) return Sent::wrong_state;
    return link_.send(PacketType::unsequenced, message, now);
}

Sent Client::send_debug(Bytes text, TimeNs now) {
    if (state_ != ClientState::live || !status().ok()) return Sent::wrong_state;
    return link_.send(PacketType::debug, text, now);
}

bool Client::logout(TimeNs now) {
    if (state_ != ClientState::live || !status().ok()) return false;
    state_ = ClientState::logging_out;
    link_.put(PacketType::logout, {}, now);
    return true;
}

Fault Client::fault_of(PacketType type) const {
    switch (type) {
        case PacketType::login_accepted:
        case PacketType::login_rejected:
            return state_ == ClientState::awaiting ? Fault::none : Fault::wrong_state;
        case PacketType::sequenced:
        case PacketType::unsequenced:
        case PacketType::end_of_session:
            return takes_data() ? Fault::none : Fault::wrong_state;
        case PacketType::server_heartbeat:
        case PacketType::debug:
            return Fault::none;
        case PacketType::login_request:
        case PacketType::client_heartbeat:
        case PacketType::logout:
            break;
    }
    return Fault::unknown_type;
}

Client::Told Client::control(const Packet& packet, std::uint64_t offset) {
    if (const Fault fault = fault_of(packet.type); fault != Fault::none) {
        link_.fail_type(fault, offset, packet.type);
        return Told::failed;
    }
    if (packet.type == PacketType::login_accepted) return accept(packet, offset);
    if (packet.type == PacketType::unsequenced) return Told::unsequenced;
    if (packet.type == PacketType::debug) return Told::debug;
    if (packet.type == PacketType::login_rejected) {
        if (!link_.has_length(packet, sizeof(LoginRejected), offset)) return Told::failed;
        state_ = ClientState::rejected;
        return Told::rejected;
    }
    if (!link_.has_length(packet, 0, offset)) return Told::failed;
    if (packet.type == PacketType::server_heartbeat) return Told::nothing;
    state_ = ClientState::ended;
    return Told::ended;
}

Client::Told Client::accept(const Packet& packet, std::uint64_t offset) {
    if (!link_.has_length(packet, sizeof(LoginAccepted), offset)) return Told::failed;
    const LoginAccepted answer = read<LoginAccepted>(packet.payload.data());
    const std::uint64_t sequence = answer.sequence.number().value_or(0);
    if (sequence == 0) {
        link_.fail_sequence(offset, sizeof answer.session, answer.sequence);
        return Told::failed;
    }
    const Session session = answer.session;
    new_session_ = settings_.session != Session{} && session != settings_.session;
    settings_.session = session;
    // Of another session nothing was taken yet.
    const std::uint64_t first_wanted = new_session_ ? std::min(wanted_, std::uint64_t{1}) : wanted_;
    if (first_wanted != 0 && sequence > first_wanted) counts_.missed = sequence - first_wanted;
    wanted_ = first_wanted;
    next_ = sequence;
    state_ = ClientState::live;
    return Told::accepted;
}

Step Client::overflow(std::uint64_t offset) {
    return link_.fail(Fault::sequence_overflow, offset, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace tickweir::codecs::soup

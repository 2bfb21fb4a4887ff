#include "codecs/soup/server.hpp"

#include <algorithm>

namespace tickweir::codecs::soup {

Status Server::on_tick(TimeNs now) {
    if (!status().ok()) return status();
    if (state_ == ServerState::awaiting || state_ == ServerState::deciding) {
        link_.tick_login(now);
        return status();
    }
    link_.tick_silence(now);
    if (state_ == ServerState::live && status().ok())
        link_.tick_heartbeat(PacketType::server_heartbeat, now);
    return status();
}

std::optional<TimeNs> Server::next_due() const {
    if (!status().ok()) return std::nullopt;
    if (state_ == ServerState::awaiting || state_ == ServerState::deciding)
        return link_.login_due();
    TimeNs due = link_.silence_due();
    if (state_ == ServerState::live) due = std::min(due, link_.heartbeat_due());
    if (due == TimeNs::max()) return std::nullopt;
    return due;
}

Sent Server::accept(const Session& session, std::uint64_t sequence, TimeNs now) {
    if (state_ != ServerState::deciding || !status().ok()) return Sent::wrong_state;
    if (sequence == 0) return Sent::bad_sequence;
    state_ = ServerState::live;
    next_ = sequence;
    link_.put(LoginAccepted{session, sequence}, now);
    return Sent::ok;
}

Sent Server::reject(RejectReason reason, TimeNs now) {
    if (state_ != ServerState::deciding || !status().ok()) return Sent::wrong_state;
    state_ = ServerState::rejected;
    link_.put(LoginRejected{reason}, now);
    return Sent::ok;
}

Sent Server::claim_sequenced(std::size_t message_bytes, TimeNs now, Header& header) {
    if (const Sent sent = may_send_sequenced(); sent != Sent::ok) return sent;
    if (!link_.fits_limit(message_bytes)) return Sent::too_long;
    if (link_.output().pending() != 0) return Sent::full;
    header = header_of(PacketType::sequenced, message_bytes);
    link_.sent_at(now);
    ++next_;
    return Sent::ok;
}

Sent Server::send_unsequenced(Bytes message, TimeNs now) {
    if (state_ != ServerState::live || !status().ok()) return Sent::wrong_state;
    return link_.send(PacketType::unsequenced, message, now);
}

Sent Server::send_debug(Bytes text, TimeNs now) {
    if (state_ != ServerState::live || !status().ok()) return Sent::wrong_state;
    return link_.send(PacketType::debug, text, now);
}

Sent Server::end_of_session(TimeNs now) {
    if (state_ != ServerState::live || !status().ok()) return Sent::wrong_state;
    state_ = ServerState::ended;
    link_.put(PacketType::end_of_session, {}, now);
    return Sent::ok;
}

Fault Server::fault_of(PacketType type) const {
    const bool over = state_ == ServerState::logged_out;
    const bool asked = state_ != ServerState::awaiting;
    const auto unless = [](bool wrong) { return wrong ? Fault::wrong_state : Fault::none; };
    switch (type) {
        case PacketType::login_request:
            return unless(asked);
        case PacketType::unsequenced:
            // What the client sent before it heard of the session's end is still its word.
            return unless(state_ != ServerState::live && state_ != ServerState::ended);
        case PacketType::client_heartbeat:
        case PacketType::logout:
            return unless(over || !asked);
        case PacketType::debug:
            return unless(over);
        case PacketType::login_accepted:
        case PacketType::login_rejected:
        case PacketType::sequenced:
        case PacketType::server_heartbeat:
        case PacketType::end_of_session:
            break;
    }
    return Fault::unknown_type;
}

Server::Told Server::control(const Packet& packet, std::uint64_t offset) {
    if (const Fault fault = fault_of(packet.type); fault != Fault::none) {
        link_.fail_type(fault, offset, packet.type);
        return Told::failed;
    }
    if (packet.type == PacketType::unsequenced) return Told::unsequenced;
    if (packet.type == PacketType::login_request) return login(packet, offset);
    if (packet.type == PacketType::debug) return Told::debug;
    if (!link_.has_length(packet, 0, offset)) return Told::failed;
    if (packet.type == PacketType::client_heartbeat) return Told::nothing;
    state_ = ServerState::logged_out;
    return Told::logout;
}

Server::Told Server::login(const Packet& packet, std::uint64_t offset) {
    if (!link_.has_length(packet, sizeof(LoginRequest), offset)) return Told::failed;
    const LoginRequest request = read<LoginRequest>(packet.payload.data());
    if (!request.sequence.number()) {
        link_.fail_sequence(offset, sizeof(LoginRequest) - sizeof(SequenceField), request.sequence);
        return Told::failed;
    }
    state_ = ServerState::deciding;
    return Told::login;
}

}  // namespace tickweir::codecs::soup

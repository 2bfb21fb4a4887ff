// The WebSocket part of a session: data frames out, in one system call a turn, control frames
// between them, and every way to the end.
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "gateway/serve/net/session.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t pieces_per_call = 64;
constexpr int calls_per_turn = 4;
constexpr std::array ping_frame{std::byte{0x89}, std::byte{0}};
constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// Cuts the pieces to at most `limit` bytes; how many there are then, and of what sum.
struct Cut {
    std::size_t pieces = 0;
    std::size_t bytes = 0;
};
Cut cut_to(std::span<iovec> pieces, std::size_t limit) {
    Cut result;
    for (iovec& piece : pieces) {
        piece.iov_len = std::min(piece.iov_len, limit - result.bytes);
        if (piece.iov_len == 0) break;
        ++result.pieces;
        result.bytes += piece.iov_len;
    }
    return result;
}

}  // namespace

void Session::on_web_socket_open() {
    ++host_.counts.upgrades;
    phase_ = SessionPhase::streaming;
    received_ = host_.now;
    pinged_ = host_.now;
    on_client_due();
    if (host_.stopping) begin_close(1001, "the server is stopping", ConnectionEnd::stopped);
}

void Session::on_web_socket_text(std::string_view text) {
    ++host_.counts.messages;
    if (client_ && !closing_asked_) host_.streams.on_message(*client_, text, host_.now);
}

void Session::on_web_socket_binary() {
    begin_close(1003, "text messages only", ConnectionEnd::protocol);
}

void Session::on_web_socket_end(WebSocketEnd end) {
    host_.touch(*this);
    switch (end) {
        case WebSocketEnd::gone:
            return finish(closing_asked_ ? end_ : ConnectionEnd::peer);
        case WebSocketEnd::memory:
            return finish(ConnectionEnd::memory);
        case WebSocketEnd::failure:
            return finish(ConnectionEnd::failure);
        case WebSocketEnd::closed:
            if (!closing_asked_) end_ = ConnectionEnd::peer;
            break;
        case WebSocketEnd::protocol:
            end_ = ConnectionEnd::protocol;
            break;
    }
    // Beast's close frame may still be queued.
    if (phase_ != SessionPhase::closing) end_by_ = host_.now + host_.options.limits.close_timeout;
    phase_ = SessionPhase::closing;
    closing_asked_ = true;
    frames_left_ = 0;
}

void Session::on_client_due() {
    if (phase_ != SessionPhase::streaming) return;
    frames_due_ = true;
    host_.touch(*this);
    if (const std::optional<ClientClose> close = host_.streams.closing(*client_)) {
        begin_close(close->code, close->reason, ConnectionEnd::policy);
    }
}

void Session::send_stream() {
    for (int i = 0; i < calls_per_turn && !connection_.blocked(); ++i) {
        if (cursor_.between_frames() && connection_.flush() == IoStatus::failed) {
            return finish(ConnectionEnd::peer);
        }
        if (connection_.blocked() || !send_frames()) break;
    }
    if (over()) return;
    if (cursor_.between_frames() && connection_.flush() == IoStatus::failed) {
        return finish(ConnectionEnd::peer);
    }
    if (frames_due_ && !connection_.blocked()) host_.touch_later(*this);
    if (web_socket_->writing()) web_socket_->on_room();
    if (closing_asked_ && !over()) continue_close();
}

std::size_t Session::frames_limit() const {
    const std::size_t frame_rest = cursor_.between_frames() ? 0 : cursor_.step();
    // A control frame waits for the end of the frame that has begun; behind a close frame nothing
    // is sent.
    if (connection_.queued() > 0 || web_socket_->close_queued()) return frame_rest;
    if (closing_asked_) return std::max(frames_left_, frame_rest);
    return unlimited;
}

bool Session::send_frames() {
    if (!frames_due_ || !client_) return false;
    const std::size_t limit = frames_limit();
    std::array<iovec, pieces_per_call> pieces;
    const std::size_t gathered = limit == 0 ? 0 : host_.streams.gather(*client_, pieces);
    if (gathered == 0) {
        frames_due_ = false;
        return false;
    }
    const auto [count, bytes] = cut_to(std::span{pieces}.first(gathered), limit);
    const std::span<const iovec> cut_pieces = std::span{pieces}.first(count);
    const IoResult sent = connection_.send(cut_pieces);
    if (sent.status == IoStatus::failed) {
        finish(ConnectionEnd::peer);
        return false;
    }
    if (sent.bytes == 0) return false;
    ++host_.counts.frame_calls;
    host_.counts.frame_bytes += sent.bytes;
    progress_ = host_.now;
    // All that the client had, so it ends with a frame; fewer pieces than asked for are all.
    const bool all = limit == unlimited && gathered < pieces.size() && sent.bytes == bytes;
    if (all) {
        cursor_.finish_frame();
    } else {
        cursor_.advance(cut_pieces, sent.bytes);
    }
    frames_left_ -= std::min(frames_left_, sent.bytes);
    host_.streams.sent(*client_, sent.bytes, host_.now);
    if (all) frames_due_ = host_.streams.unsent_bytes(*client_) > 0;
    return frames_due_;
}

void Session::begin_close(std::uint16_t code, std::string_view reason, ConnectionEnd end) {
    if (closing_asked_ || phase_ != SessionPhase::streaming) return;
    closing_asked_ = true;
    end_ = end;
    close_.code = code;
    reason = reason.substr(0, sizeof close_.reason - 1);
    std::memcpy(close_.reason, reason.data(), reason.size());
    frames_left_ = client_ ? host_.streams.unsent_bytes(*client_) : 0;
    frames_due_ = true;
    end_by_ = host_.now + host_.options.limits.close_timeout;
    host_.touch(*this);
}

void Session::continue_close() {
    if (!cursor_.between_frames()) return;
    if (phase_ == SessionPhase::streaming) {
        if (frames_left_ > 0 && !web_socket_->close_queued()) return;
        web_socket_->close(close_.code, close_.reason);
        phase_ = SessionPhase::closing;
        host_.touch(*this);
    }
    leave_stream();
    if (web_socket_->ended() && !connection_.has_output()) begin_draining(end_);
}

void Session::leave_stream() {
    if (!client_) return;
    host_.streams.close(*client_);
    host_.remove_client(*client_);
    --host_.counts.web_sockets;
    client_.reset();
    frames_due_ = false;
}

std::optional<book::TimeNs> Session::stream_deadline() const {
    if (closing_asked_) return end_by_;
    const ServerLimits& limits = host_.options.limits;
    const book::TimeNs idle = received_ + limits.idle_timeout;
    if (limits.ping_interval.count() == 0) return idle;
    return std::min(idle, std::max(received_, pinged_) + limits.ping_interval);
}

void Session::on_stream_deadline() {
    if (closing_asked_) {
        if (phase_ == SessionPhase::closing || frames_left_ == 0) return finish(end_);
        // It takes too long to take what is queued. The close frame comes next, and stays for a
        // while: whoever reads again is told why.
        frames_left_ = 0;
        frames_due_ = true;
        end_by_ = host_.now + host_.options.limits.http_idle_timeout;
        return;
    }
    if (host_.now >= received_ + host_.options.limits.idle_timeout) {
        return finish(ConnectionEnd::timeout);
    }
    pinged_ = host_.now;
    // Refused where much is queued: then a ping would say nothing new.
    if (connection_.queued() == 0) static_cast<void>(connection_.append(ping_frame));
}

}  // namespace tickweir::gateway

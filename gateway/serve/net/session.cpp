#include "gateway/serve/net/session.hpp"

#include <algorithm>
#include <chrono>

namespace tickweir::gateway {
namespace {

constexpr int reads_per_turn = 8;
// How long, and for how much, a peer that was sent the last byte is listened to: closing at once
// would reset the connection and could take that byte away from it (RFC 9112 §9.6).
constexpr std::chrono::milliseconds drain_time{1'000};
constexpr std::chrono::milliseconds drain_time_stopping{100};
constexpr std::size_t drain_bytes = 1U << 20;

}  // namespace

Session::Session(SessionHost& host, std::size_t slot, Descriptor socket, PeerAddress peer,
                 book::Charge charge)
    : host_{host},
      slot_{slot},
      peer_{peer},
      charge_{std::move(charge)},
      connection_{std::move(socket), host.options.tls, host.options.limits.answer_bytes,
                  host.options.budget},
      received_{host.now},
      progress_{host.now},
      reader_{{.header_bytes = host.options.limits.header_bytes,
               .target_bytes = host.options.limits.target_bytes,
               .body_bytes = host.options.limits.body_bytes}},
      waiting_since_{host.now},
      pinged_{host.now} {}

Session::~Session() = default;

bool Session::begin() {
    if (!host_.reactor.add(connection_.fd(), *this, interest_)) return false;
    host_.touch(*this);
    return true;
}

void Session::on_ready(bool readable, bool writable) {
    if (readable) readable_ = true;
    if (writable) connection_.on_writable();
    host_.touch(*this);
}

void Session::work() {
    if (!readable_ || over()) return;
    readable_ = false;
    // Told though we did not ask: the connection is broken, and would be told for ever.
    if (!interest_.readable) return finish(ConnectionEnd::peer);
    switch (phase_) {
        case SessionPhase::http:
            return read_http();
        case SessionPhase::streaming:
        case SessionPhase::closing:
            received_ = host_.now;
            for (int i = 0; i < reads_per_turn && web_socket_->on_readable(); ++i)
                continue;
            return;
        case SessionPhase::draining:
            return drain_input();
        case SessionPhase::upgrading:
        case SessionPhase::over:
            return;
    }
}

void Session::settle() {
    const std::size_t queued = connection_.queued();
    switch (phase_) {
        case SessionPhase::http:
        case SessionPhase::upgrading:
            settle_http();
            break;
        case SessionPhase::streaming:
        case SessionPhase::closing:
            send_stream();
            break;
        case SessionPhase::draining:
            if (connection_.flush() == IoStatus::failed) return finish(end_);
            break;
        case SessionPhase::over:
            return;
    }
    if (over()) return;
    if (connection_.queued() < queued) progress_ = host_.now;
    watch();
}

void Session::watch() {
    const Reactor::Interest wanted{.readable = wants_input(), .writable = connection_.blocked()};
    if (wanted.readable != interest_.readable || wanted.writable != interest_.writable) {
        interest_ = wanted;
        host_.reactor.change(connection_.fd(), *this, interest_);
    }
    host_.deadlines.set(slot_, deadline());
}

bool Session::wants_input() const {
    switch (phase_) {
        case SessionPhase::http:
            return http_takes_input();
        case SessionPhase::streaming:
        case SessionPhase::closing:
            return web_socket_->reading();
        case SessionPhase::draining:
            return true;
        case SessionPhase::upgrading:
        case SessionPhase::over:
            break;
    }
    return false;
}

std::optional<book::TimeNs> Session::deadline() const {
    switch (phase_) {
        case SessionPhase::http:
        case SessionPhase::upgrading:
            return http_deadline();
        case SessionPhase::streaming:
        case SessionPhase::closing:
            return stream_deadline();
        case SessionPhase::draining:
            return end_by_;
        case SessionPhase::over:
            break;
    }
    return std::nullopt;
}

void Session::on_deadline() {
    host_.touch(*this);
    const std::optional<book::TimeNs> when = deadline();
    if (!when || *when > host_.now) return;
    switch (phase_) {
        case SessionPhase::http:
        case SessionPhase::upgrading:
            return on_http_deadline();
        case SessionPhase::streaming:
        case SessionPhase::closing:
            return on_stream_deadline();
        case SessionPhase::draining:
            return finish(end_);
        case SessionPhase::over:
            return;
    }
}

void Session::stop() {
    host_.touch(*this);
    switch (phase_) {
        case SessionPhase::http:
            // With an answer to come, that is the last one: answer_now() looks at the host.
            if (!pending_ && !last_answer_) {
                end_ = ConnectionEnd::stopped;
                last_answer_ = true;
            }
            return;
        case SessionPhase::streaming:
            return begin_close(1001, "the server is stopping", ConnectionEnd::stopped);
        case SessionPhase::upgrading:  // closed when it is open
        case SessionPhase::closing:
        case SessionPhase::draining:
        case SessionPhase::over:
            return;
    }
}

void Session::begin_draining(ConnectionEnd end) {
    if (input_ended_) return finish(end);
    phase_ = SessionPhase::draining;
    end_ = end;
    end_by_ = host_.now + (host_.stopping ? drain_time_stopping : drain_time);
    leave_stream();
    connection_.finish();
}

void Session::drain_input() {
    for (int i = 0; i < reads_per_turn; ++i) {
        const IoResult got = connection_.read(host_.plaintext, host_.ciphertext);
        drained_bytes_ += got.bytes;
        if (got.status == IoStatus::blocked || (got.status == IoStatus::ok && got.bytes == 0)) {
            return;
        }
        if (got.status != IoStatus::ok || drained_bytes_ > drain_bytes) return finish(end_);
    }
}

void Session::finish(ConnectionEnd end) {
    if (over()) return;
    phase_ = SessionPhase::over;
    ++host_.counts.ended[static_cast<std::size_t>(end)];
    leave_stream();
    host_.deadlines.set(slot_, std::nullopt);
    host_.reactor.remove(connection_.fd(), *this);
    connection_.close();
    host_.bury(*this);
}

void Session::abandon() {
    if (web_socket_) web_socket_->abandon();
}

}  // namespace tickweir::gateway

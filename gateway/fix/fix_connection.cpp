#include "gateway/fix/fix_connection.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "gateway/fix/connection_host.hpp"
#include "gateway/fix/frame_vet.hpp"

namespace tickweir::gateway::fix {
namespace {

using codecs::fix::Frame;
using codecs::fix::FrameStatus;

constexpr int reads_per_turn = 2;
constexpr std::size_t chunk_bytes = 16 * 1024;
constexpr std::size_t input_kept_bytes = 4 * 1024;
// What was sent last should arrive: a socket closed with unread input would reset it away.
constexpr std::chrono::milliseconds close_time{2'000};
constexpr std::chrono::milliseconds drain_time{1'000};
constexpr std::chrono::milliseconds drain_time_stopping{100};
constexpr std::size_t drain_bytes = 1U << 20;

/// Queues of sessions are bounded by the largest; what a session may have is checked in append().
std::size_t largest_queue(const FixSettings& settings) {
    std::size_t most = 64 * 1024;
    for (const SessionSettings& session : settings.sessions)
        most = std::max(most, session.queue_bytes_max);
    return most;
}

}  // namespace

FixConnection::FixConnection(ConnectionHost& host, std::size_t slot, Descriptor socket, Peer peer,
                             book::Charge charge)
    : host_{host},
      slot_{slot},
      peer_{peer},
      charge_{std::move(charge)},
      connection_{std::move(socket), host.tls, largest_queue(host.settings), host.budget},
      began_{host.now},
      progress_{host.now} {}

bool FixConnection::begin() {
    if (!host_.reactor.add(connection_.fd(), *this, interest_)) return false;
    host_.touch(*this);
    return true;
}

void FixConnection::on_ready(bool readable, bool writable) {
    if (readable) readable_ = true;
    if (writable) connection_.on_writable();
    host_.touch(*this);
}

// ---------------------------------------------------------------- in

void FixConnection::work(int frames) {
    if (over()) return;
    if (std::exchange(readable_, false)) {
        // Told though we did not ask: the connection is broken, and would be told for ever.
        if (!interest_.readable) return finish();
        if (phase_ == ConnectionPhase::draining) return drain_input();
        receive();
    } else if (std::exchange(held_back_, false) && phase_ <= ConnectionPhase::session) {
        receive();
    }
    if (phase_ == ConnectionPhase::waiting) take_first();
    if (phase_ == ConnectionPhase::session) take_frames(frames);
    if (held_back_ && phase_ == ConnectionPhase::session) frames_left_ = true;
    // What came before the end has been looked at: a Logout may be the last that a client sends.
    const bool in_hand = phase_ == ConnectionPhase::checking || frames_left_;
    if (input_ended_ && !in_hand && phase_ < ConnectionPhase::closing) finish();
}

std::size_t FixConnection::room() const {
    const std::size_t most = phase_ == ConnectionPhase::waiting
                                 ? host_.settings.logon_bytes_max
                                 : host_.settings.message_bytes_max + chunk_bytes;
    const std::size_t size = input_.size() - head_;
    return size >= most ? 0 : most - size;
}

void FixConnection::receive() {
    for (int i = 0; i < reads_per_turn; ++i) {
        const std::size_t most = std::min(room(), chunk_bytes);
        // Over TLS the socket may be empty already, and say nothing more of what waits behind it.
        held_back_ = most == 0 && host_.tls != nullptr;
        if (most == 0) return;
        const IoResult got =
            connection_.read(std::span{host_.plaintext}.first(most), host_.ciphertext);
        if (got.bytes > 0) {
            input_.append(reinterpret_cast<const char*>(host_.plaintext.data()), got.bytes);
            if (!charge_input()) return finish();
        }
        switch (got.status) {
            case IoStatus::ok:
                // A plain socket that gave less than there was room for is empty.
                if (got.bytes == 0 || (host_.tls == nullptr && got.bytes < most)) return;
                continue;
            case IoStatus::blocked:
                return;
            case IoStatus::bad_tls:
                (void)connection_.flush();  // an alert says why
                return phase_ == ConnectionPhase::waiting ? refuse(Refusal::bad_tls) : finish();
            case IoStatus::ended:
                input_ended_ = true;
                return;
            case IoStatus::failed:
                return finish();
        }
    }
}

/// What one connection keeps of its input beyond the first charge.
bool FixConnection::charge_input() {
    if (host_.budget == nullptr || input_.capacity() <= charged_bytes + input_charge_.bytes())
        return true;
    auto charge = host_.budget->charge(input_.capacity());
    if (!charge) return false;
    input_charge_ = std::move(*charge);
    return true;
}

void FixConnection::drop(std::size_t bytes) {
    head_ += bytes;
    if (head_ == input_.size()) {
        head_ = 0;
        input_.clear();
        if (input_.capacity() > input_kept_bytes) input_ = std::string{};
        if (input_.capacity() <= input_kept_bytes) input_charge_ = {};
    } else if (head_ > input_.size() / 2) {
        input_.erase(0, head_);
        head_ = 0;
    }
}

/// One message before the session, and it is a Logon.
void FixConnection::take_first() {
    const Frame frame =
        host_.reader.read(input(), {.message_bytes = host_.settings.logon_bytes_max});
    switch (frame.status) {
        case FrameStatus::partial:
            if (room() == 0) refuse(Refusal::too_much);
            return;
        case FrameStatus::garbled:
            return refuse(Refusal::broken_frame);
        case FrameStatus::whole:
            if (vet(host_.reader).status != VetStatus::good) return refuse(Refusal::broken_frame);
            host_.on_first(*this, host_.reader);
            if (phase_ == ConnectionPhase::session) drop(frame.bytes);
    }
}

void FixConnection::answer_password(bool matches) {
    if (phase_ != ConnectionPhase::checking) return;
    phase_ = ConnectionPhase::waiting;
    // It was whole when the question was asked.
    const Frame frame =
        host_.reader.read(input(), {.message_bytes = host_.settings.logon_bytes_max});
    host_.on_password(*this, host_.reader, matches);
    if (phase_ != ConnectionPhase::session) return;
    drop(frame.bytes);
    frames_left_ = !input().empty() || input_ended_;
    host_.touch(*this);
}

void FixConnection::take_frames(int most) {
    frames_left_ = false;
    for (int i = 0; i < most; ++i) {
        const Frame frame =
            host_.reader.read(input(), {.message_bytes = host_.settings.message_bytes_max});
        if (frame.status == FrameStatus::partial) return;
        if (frame.status == FrameStatus::garbled)
            host_.on_garbled(*this);
        else
            host_.on_frame(*this, host_.reader);
        if (phase_ != ConnectionPhase::session || cut_) return;
        drop(frame.bytes);
    }
    frames_left_ = !input().empty();
}

// ---------------------------------------------------------------- out

bool FixConnection::append(std::string_view wire) {
    if (cut_ || over()) return false;
    const std::size_t most =
        session_ ? host_.settings.sessions[static_cast<std::size_t>(*session_)].queue_bytes_max
                 : chunk_bytes;
    if (connection_.queued() + wire.size() > most) return false;
    if (connection_.queued() == 0) progress_ = host_.now;
    host_.touch(*this);
    return connection_.append(std::as_bytes(std::span{wire}));
}

void FixConnection::hang_up() {
    if (phase_ >= ConnectionPhase::closing) return;
    phase_ = ConnectionPhase::closing;
    end_by_ = host_.now + close_time;
    host_.touch(*this);
}

void FixConnection::cut() {
    cut_ = true;
    host_.touch(*this);
}

void FixConnection::settle() {
    if (over()) return;
    if (cut_) return finish();
    if (!connection_.has_output() || host_.may_send(*this)) {
        const std::size_t queued = connection_.queued();
        const IoStatus status = connection_.flush();
        if (status == IoStatus::failed || status == IoStatus::bad_tls) return finish();
        if (connection_.queued() < queued) progress_ = host_.now;
    }
    if (phase_ == ConnectionPhase::closing && !connection_.has_output()) begin_draining();
    if (frames_left_ && phase_ == ConnectionPhase::session) host_.touch_later(*this);
    watch();
}

void FixConnection::begin_draining() {
    phase_ = ConnectionPhase::draining;
    end_by_ = host_.now + (host_.stopping ? drain_time_stopping : drain_time);
    input_ = std::string{};
    head_ = 0;
    connection_.finish();
    end_session();
}

void FixConnection::drain_input() {
    const IoResult got = connection_.read(host_.plaintext, host_.ciphertext);
    drained_bytes_ += got.bytes;
    const bool ended = got.status != IoStatus::ok && got.status != IoStatus::blocked;
    if (ended || drained_bytes_ > drain_bytes) finish();
}

// ---------------------------------------------------------------- ends

void FixConnection::refuse(Refusal why) {
    host_.on_refused(*this, why);
    finish();
}

void FixConnection::stop() {
    if (phase_ == ConnectionPhase::waiting || phase_ == ConnectionPhase::checking)
        refuse(Refusal::stopping);
}

void FixConnection::finish() {
    if (over()) return;
    phase_ = ConnectionPhase::over;
    host_.deadlines.set(slot_, std::nullopt);
    host_.reactor.remove(connection_.fd(), *this);
    connection_.close();
    end_session();
    host_.bury(*this);
}

void FixConnection::end_session() {
    if (const auto session = std::exchange(session_, std::nullopt)) host_.on_session_end(*session);
}

void FixConnection::on_deadline() {
    const std::optional<book::TimeNs> when = deadline();
    host_.touch(*this);
    if (!when || *when > host_.now) return;
    switch (phase_) {
        case ConnectionPhase::waiting:
            return refuse(Refusal::timeout);
        case ConnectionPhase::session:
            return cut();
        case ConnectionPhase::closing:
        case ConnectionPhase::draining:
            return finish();
        case ConnectionPhase::checking:
        case ConnectionPhase::over:
            return;
    }
}

// ---------------------------------------------------------------- what to wait for

bool FixConnection::wants_input() const {
    switch (phase_) {
        case ConnectionPhase::waiting:
            return !input_ended_;
        case ConnectionPhase::draining:
            return true;
        case ConnectionPhase::session:
            return !input_ended_ && room() > 0;
        case ConnectionPhase::checking:
        case ConnectionPhase::closing:
        case ConnectionPhase::over:
            break;
    }
    return false;
}

std::optional<book::TimeNs> FixConnection::deadline() const {
    switch (phase_) {
        case ConnectionPhase::waiting:
            return began_ + host_.settings.logon_timeout;
        case ConnectionPhase::session:
            if (!connection_.has_output()) return std::nullopt;
            return progress_ + host_.stall_timeout;
        case ConnectionPhase::closing:
        case ConnectionPhase::draining:
            return end_by_;
        case ConnectionPhase::checking:
        case ConnectionPhase::over:
            break;
    }
    return std::nullopt;
}

void FixConnection::watch() {
    if (over()) return;
    const Reactor::Interest wanted{.readable = wants_input(), .writable = connection_.blocked()};
    if (wanted.readable != interest_.readable || wanted.writable != interest_.writable) {
        interest_ = wanted;
        host_.reactor.change(connection_.fd(), *this, interest_);
    }
    host_.deadlines.set(slot_, deadline());
}

}  // namespace tickweir::gateway::fix

#include "gateway/live/json/snapshot_get.hpp"

#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

constexpr std::size_t request_bytes_max = 16U << 10;
constexpr unsigned reads_per_turn = 16;

std::string request_text(const Endpoint& server, const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: " + server.host_field() +
           "\r\nUser-Agent: tickweir\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
}

}  // namespace

SnapshotGet::SnapshotGet(const Endpoint& server, std::string target, std::uint64_t attempt,
                         const ExchangeParts& parts)
    : server_{server},
      target_{std::move(target)},
      parts_{parts},
      scratch_{std::make_unique<std::array<std::byte, 64U << 10>>()},
      plain_{std::make_unique<std::array<char, 64U << 10>>()},
      reader_{parts.message_bytes_max} {
    dial_.emplace(server_, attempt, parts.resolver, parts.reactor);
}

SnapshotGet::~SnapshotGet() {
    close();
}

void SnapshotGet::close() {
    dial_.reset();
    if (std::exchange(watched_, false)) parts_.reactor.remove(connection_->fd(), *this);
    connection_.reset();
}

SnapshotGet::State SnapshotGet::fail(std::string why) {
    error_ = std::move(why);
    return State::failed;
}

SnapshotGet::State SnapshotGet::turn() {
    if (state_ != State::under_way) return state_;
    if (dial_) {
        const Dial::State dialled = dial_->turn();
        if (dialled == Dial::State::under_way) return state_;
        state_ = dialled == Dial::State::failed ? fail(dial_->error()) : begin();
    } else {
        if (std::exchange(writable_, false)) connection_->on_writable();
        state_ = read();
    }
    if (state_ == State::under_way && connection_->flush() == IoStatus::failed)
        state_ = fail("the connection to " + server_.host + " is broken");
    if (state_ == State::under_way)
        set_interest();
    else
        close();
    return state_;
}

SnapshotGet::State SnapshotGet::begin() {
    std::optional<Tls> tls;
    if (server_.secure) tls = Tls::connect(*parts_.tls, server_.host);
    connection_.emplace(dial_->take(), std::move(tls), request_bytes_max, nullptr);
    dial_.reset();
    interest_ = {.readable = true, .writable = false};
    watched_ = parts_.reactor.add(connection_->fd(), *this, interest_);
    if (!watched_)
        return fail("cannot watch the connection: " +
                    std::error_code{errno, std::generic_category()}.message());
    const std::string request = request_text(server_, target_);
    if (!connection_->append(std::as_bytes(std::span{request})))
        return fail("a request of " + std::to_string(request.size()) + " bytes is too long");
    return State::under_way;
}

SnapshotGet::State SnapshotGet::read() {
    const std::span into = std::as_writable_bytes(std::span{*plain_});
    State state = State::under_way;
    for (unsigned i = 0; i < reads_per_turn && readable_; ++i) {
        const IoResult got = connection_->read(into, std::span{*scratch_});
        switch (got.status) {
            case IoStatus::ok:
                if (got.bytes == 0) return State::under_way;  // TLS took it for itself
                state = judge(reader_.on_bytes({plain_->data(), got.bytes}));
                if (!charge()) return fail("there is no memory for the answer of " + server_.host);
                if (state != State::under_way) return state;
                break;
            case IoStatus::blocked:
                readable_ = false;
                break;
            case IoStatus::ended:
                return judge(reader_.on_end());
            case IoStatus::failed:
                return fail("the connection to " + server_.host + " was lost");
            case IoStatus::bad_tls:
                return fail(server_.host + ": " + std::string{connection_->tls_error()});
        }
    }
    return State::under_way;
}

/// What the body has grown to is taken from the budget of what comes in.
bool SnapshotGet::charge() {
    const std::size_t bytes = reader_.body().capacity();
    if (parts_.budget == nullptr || bytes <= charge_.bytes()) return true;
    auto grown = parts_.budget->charge(bytes);
    if (!grown) return false;
    charge_ = std::move(*grown);
    return true;
}

SnapshotGet::State SnapshotGet::judge(HttpAnswerReader::State state) {
    switch (state) {
        case HttpAnswerReader::State::unfinished:
            return State::under_way;
        case HttpAnswerReader::State::finished:
            return State::answered;
        case HttpAnswerReader::State::refused:
            break;
    }
    return fail(server_.host + ": " + reader_.reason());
}

void SnapshotGet::set_interest() {
    const Reactor::Interest wanted{.readable = true, .writable = connection_->blocked()};
    if (wanted.writable == interest_.writable) return;
    interest_ = wanted;
    parts_.reactor.change(connection_->fd(), *this, wanted);
}

void SnapshotGet::on_ready(bool readable, bool writable) {
    readable_ = readable_ || readable;
    writable_ = writable_ || writable;
}

}  // namespace tickweir::gateway

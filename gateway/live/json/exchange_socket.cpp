#include "gateway/live/json/exchange_socket.hpp"

#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

/// Requests are a few kilobytes; one that takes none of them has gone.
constexpr std::size_t queue_bytes_max = 1U << 20;
/// What a buffer keeps between messages: most are shorter, snapshots are rare.
constexpr std::size_t kept_bytes_max = 256U << 10;
constexpr unsigned reads_per_turn = 16;
constexpr std::uint16_t normal_closure = 1000;

}  // namespace

void append_client_frame(std::string_view text, std::uint32_t mask, std::string& out) {
    constexpr char final_text = '\x81';
    constexpr unsigned masked = 0x80;
    constexpr unsigned two_bytes = 126;
    constexpr unsigned eight_bytes = 127;
    const std::size_t size = text.size();
    unsigned length_bytes = 0;
    unsigned length = static_cast<unsigned>(size);
    if (size > 0xffff) {
        length_bytes = 8;
        length = eight_bytes;
    } else if (size >= two_bytes) {
        length_bytes = 2;
        length = two_bytes;
    }
    out += final_text;
    out += static_cast<char>(masked | length);
    for (unsigned i = length_bytes; i > 0; --i)
        out += static_cast<char>(size >> (8 * (i - 1)));
    std::array<char, 4> key{};
    for (unsigned i = 0; i < key.size(); ++i)
        key[i] = static_cast<char>(mask >> (8 * i));
    out.append(key.data(), key.size());
    for (std::size_t i = 0; i < size; ++i)
        out += static_cast<char>(text[i] ^ key[i % key.size()]);
}

ExchangeSocket::ExchangeSocket(const Endpoint& to, std::uint32_t connection, std::uint64_t attempt,
                               const ExchangeParts& parts, ExchangeSocketEvents& events)
    : to_{to},
      connection_number_{connection},
      parts_{parts},
      events_{events},
      scratch_{std::make_unique<std::array<std::byte, 64U << 10>>()} {
    dial_.emplace(to, attempt, parts.resolver, parts.reactor);
}

ExchangeSocket::~ExchangeSocket() {
    if (watched_) parts_.reactor.remove(connection_->fd(), *this);
    if (!web_socket_) return;
    web_socket_->abandon();
    loop_.run();
}

bool ExchangeSocket::turn() {
    if (ended_) return false;
    again_ = false;
    if (dial_) return dial();
    bool worked = loop_.run();
    if (std::exchange(writable_, false)) {
        connection_->on_writable();
        worked = true;
    }
    worked = read() || worked;
    if (!ended_) flush();
    if (!ended_) set_interest();
    return worked;
}

bool ExchangeSocket::dial() {
    switch (dial_->turn()) {
        case Dial::State::under_way:
            return false;
        case Dial::State::failed:
            end(dial_->error());
            return true;
        case Dial::State::connected:
            begin();
            return true;
    }
    return false;
}

void ExchangeSocket::begin() {
    std::optional<Tls> tls;
    if (to_.secure) tls = Tls::connect(*parts_.tls, to_.host);
    connection_.emplace(dial_->take(), std::move(tls), queue_bytes_max, nullptr);
    dial_.reset();
    interest_ = {.readable = true, .writable = false};
    watched_ = parts_.reactor.add(connection_->fd(), *this, interest_);
    if (!watched_)
        return end("cannot watch the connection: " +
                   std::error_code{errno, std::generic_category()}.message());
    WebSocketEvents& events = *this;
    web_socket_ = std::make_unique<WebSocket>(loop_, *connection_, events, std::span{*scratch_},
                                              MessageMemory{.bytes_max = parts_.message_bytes_max,
                                                            .budget = parts_.budget,
                                                            .kept_bytes_max = kept_bytes_max});
    if (paused_) web_socket_->pause();
    web_socket_->connect(to_.host_field(), to_.target);
    loop_.run();
    flush();
    if (!ended_) set_interest();
}

/// Whether anything was read.
bool ExchangeSocket::read() {
    bool worked = false;
    for (unsigned i = 0; i < reads_per_turn && readable_ && !ended_ && !paused_; ++i) {
        if (!web_socket_->reading()) break;
        worked = true;
        readable_ = web_socket_->on_readable();
        loop_.run();
    }
    return worked;
}

void ExchangeSocket::flush() {
    if (connection_->flush() == IoStatus::failed)
        return end("the connection to " + to_.host + " is broken");
    if (web_socket_->writing()) web_socket_->on_room();
}

void ExchangeSocket::set_interest() {
    const Reactor::Interest wanted{.readable = !paused_ && web_socket_->reading(),
                                   .writable = connection_->blocked()};
    if (!watched_) return watch_again(wanted);
    if (wanted.readable == interest_.readable && wanted.writable == interest_.writable) return;
    interest_ = wanted;
    parts_.reactor.change(connection_->fd(), *this, wanted);
}

/// What is broken and was not to be read: to be found now, by whoever reads or writes.
void ExchangeSocket::watch_again(Reactor::Interest wanted) {
    if (!wanted.readable && !wanted.writable) return;
    interest_ = wanted;
    watched_ = parts_.reactor.add(connection_->fd(), *this, interest_);
    if (!watched_)
        end("cannot watch the connection: " +
            std::error_code{errno, std::generic_category()}.message());
}

void ExchangeSocket::on_ready(bool readable, bool writable) {
    readable_ = readable_ || readable;
    writable_ = writable_ || writable;
    // Errors are told though nobody asked, and would be at every look until somebody reads.
    if (readable && !interest_.readable && std::exchange(watched_, false))
        parts_.reactor.remove(connection_->fd(), *this);
}

void ExchangeSocket::send(std::string_view text) {
    if (ended_ || !connection_) return;
    frame_.clear();
    append_client_frame(text, masks_(), frame_);
    queue(frame_);
}

void ExchangeSocket::ping() {
    // Final, ping; masked, of no length; the mask of nothing.
    constexpr std::string_view frame{"\x89\x80\0\0\0\0", 6};
    if (!ended_ && connection_) queue(frame);
}

/// Between Beast's frames, each of which it queues whole.
void ExchangeSocket::queue(std::string_view frame) {
    if (!connection_->append(std::as_bytes(std::span{frame})))
        return end(to_.host + " takes nothing of what is sent to it");
    flush();
    if (!ended_) set_interest();
}

void ExchangeSocket::close() {
    if (ended_ || !web_socket_) return;
    web_socket_->close(normal_closure, {});
    loop_.run();
    if (!ended_) flush();
}

void ExchangeSocket::pause() {
    paused_ = true;
    if (!web_socket_ || ended_) return;
    web_socket_->pause();
    set_interest();
}

void ExchangeSocket::resume() {
    paused_ = false;
    again_ = true;
    if (!web_socket_ || ended_) return;
    web_socket_->resume();
    set_interest();
}

void ExchangeSocket::on_web_socket_open() {
    events_.on_exchange_open(connection_number_);
}

void ExchangeSocket::on_web_socket_text(std::string_view text) {
    events_.on_exchange_text(connection_number_, text);
}

/// None of the venues sends any.
void ExchangeSocket::on_web_socket_binary() {}

void ExchangeSocket::on_web_socket_pong() {
    events_.on_exchange_pong(connection_number_);
}

void ExchangeSocket::on_web_socket_end(WebSocketEnd how) {
    end(reason_of(how));
}

std::string ExchangeSocket::reason_of(WebSocketEnd how) const {
    switch (how) {
        case WebSocketEnd::closed:
            return to_.host + " closed the connection";
        case WebSocketEnd::gone:
            if (const std::string_view tls = connection_->tls_error(); !tls.empty())
                return to_.host + ": " + std::string{tls};
            return "the connection to " + to_.host + " was lost";
        case WebSocketEnd::protocol:
            if (const unsigned status = web_socket_->refusal(); status != 0)
                return to_.host + " refuses a WebSocket at " + to_.target + ": HTTP status " +
                       std::to_string(status);
            return to_.host + " breaks the WebSocket protocol, or sent a message of more than " +
                   std::to_string(parts_.message_bytes_max) + " bytes";
        case WebSocketEnd::memory:
        case WebSocketEnd::failure:
            break;
    }
    return "there is no memory for a message of " + to_.host;
}

void ExchangeSocket::end(std::string why) {
    if (std::exchange(ended_, true)) return;
    why_ = std::move(why);
    // TLS may have an alert to send.
    if (connection_) static_cast<void>(connection_->flush());
}

}  // namespace tickweir::gateway

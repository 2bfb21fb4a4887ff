#include "gateway/serve/net/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tickweir::gateway {
namespace {

// What an emptied queue may keep, so that a thousand idle connections stay small.
constexpr std::size_t queue_kept_bytes = 4 * 1024;
constexpr std::size_t charge_grain = 4 * 1024;
// Socket reads for one of ours: handshakes and session tickets carry no plaintext.
constexpr int tls_reads = 4;

constexpr TlsLimits tls_limits{
    .input_bytes_max = 64 * 1024, .output_bytes_max = 128 * 1024, .handshake_bytes_max = 64 * 1024};

bool would_block(int error) {
    return error == EAGAIN || error == EINTR;
}

std::span<const std::byte> bytes_of(const iovec& piece) {
    return {static_cast<const std::byte*>(piece.iov_base), piece.iov_len};
}

iovec piece_of(std::span<const std::byte> bytes) {
    // sendmsg reads only; its type is that of readv too.
    return {const_cast<std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace

Connection::Connection(Descriptor socket, const TlsContext* tls, std::size_t queue_bytes_max,
                       book::MemoryBudget* budget)
    : Connection{std::move(socket),
                 tls != nullptr ? std::optional{Tls::accept(*tls, tls_limits)} : std::nullopt,
                 queue_bytes_max, budget} {}

Connection::Connection(Descriptor socket, std::optional<Tls> tls, std::size_t queue_bytes_max,
                       book::MemoryBudget* budget)
    : socket_{std::move(socket)},
      tls_{std::move(tls)},
      queue_{queue_bytes_max},
      queue_limit_{queue_bytes_max},
      budget_{budget} {}

IoResult Connection::read(std::span<std::byte> into, std::span<std::byte> scratch) {
    if (const std::size_t bytes = read_buffered(into); bytes > 0) return {bytes, IoStatus::ok};
    return tls_ ? read_tls(into, scratch) : receive(into);
}

std::size_t Connection::read_buffered(std::span<std::byte> into) {
    if (unread_.empty()) return tls_ ? tls_->read(into) : 0;
    const std::size_t bytes = std::min(into.size(), unread_.size());
    std::memcpy(into.data(), unread_.data(), bytes);
    unread_.erase(0, bytes);
    if (unread_.empty()) unread_ = std::string{};
    return bytes;
}

void Connection::unread(std::string_view bytes) {
    unread_.insert(0, bytes);
}

IoResult Connection::receive(std::span<std::byte> into) {
    const ssize_t got = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
    if (got > 0) return {static_cast<std::size_t>(got), IoStatus::ok};
    if (got == 0) return {0, IoStatus::ended};
    return {0, would_block(errno) ? IoStatus::blocked : IoStatus::failed};
}

IoResult Connection::read_tls(std::span<std::byte> into, std::span<std::byte> scratch) {
    for (int i = 0; i < tls_reads; ++i) {
        if (const std::size_t bytes = tls_->read(into); bytes > 0) return {bytes, IoStatus::ok};
        if (tls_->state() == TlsState::failed) return {0, IoStatus::bad_tls};
        if (tls_->state() == TlsState::closed_by_peer || input_ended_) return {0, IoStatus::ended};
        const IoResult got = receive(scratch);
        if (got.status == IoStatus::ended) {
            tls_->end_of_input();
            input_ended_ = true;
        } else if (got.status != IoStatus::ok) {
            return got;
        } else if (tls_->feed(scratch.first(got.bytes)) < got.bytes) {
            return {0, IoStatus::bad_tls};  // more than fits, though all before it was read
        }
    }
    return {tls_->read(into), IoStatus::ok};
}

bool Connection::append(std::span<const std::byte> bytes) {
    if (bytes.size() > queue_.room()) return false;
    const std::size_t needed = queue_.size() + bytes.size();
    if (budget_ != nullptr && needed > charge_.bytes()) {
        const std::size_t more = std::max(needed - charge_.bytes(), charge_.bytes());
        const std::size_t whole =
            charge_.bytes() + (more + charge_grain - 1) / charge_grain * charge_grain;
        // The larger charge is taken before the smaller one is given back: nothing is held
        // uncounted.
        std::optional<book::Charge> charge = budget_->charge(whole);
        if (!charge) return false;
        charge_ = std::move(*charge);
    }
    queue_.append(bytes);
    queue_peak_ = std::max(queue_peak_, needed);
    return true;
}

void Connection::drain(std::size_t bytes) {
    queue_.drain(bytes);
    if (queue_.size() > 0) return;
    if (queue_peak_ > queue_kept_bytes) queue_ = ByteQueue{queue_limit_};
    queue_peak_ = 0;
    charge_ = book::Charge{};
}

bool Connection::has_output() const {
    return queue_.size() > 0 || (tls_ && !tls_->pending_output().empty());
}

IoResult Connection::transmit(std::span<const iovec> pieces) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces.data());  // read only, see piece_of()
    message.msg_iovlen = pieces.size();
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
        blocked_ = would_block(errno);
        return {0, blocked_ ? IoStatus::blocked : IoStatus::failed};
    }
    std::size_t total = 0;
    for (const iovec& piece : pieces)
        total += piece.iov_len;
    blocked_ = static_cast<std::size_t>(sent) < total;
    return {static_cast<std::size_t>(sent), blocked_ ? IoStatus::blocked : IoStatus::ok};
}

IoStatus Connection::transmit_ciphertext() {
    while (!blocked_ && !tls_->pending_output().empty()) {
        const iovec piece = piece_of(tls_->pending_output());
        const IoResult sent = transmit({&piece, 1});
        if (sent.status == IoStatus::failed) return IoStatus::failed;
        tls_->drain(sent.bytes);
    }
    return blocked_ ? IoStatus::blocked : IoStatus::ok;
}

IoStatus Connection::flush() {
    if (blocked_) return IoStatus::blocked;
    if (tls_) {
        if (const IoStatus status = transmit_ciphertext(); status != IoStatus::ok) return status;
    }
    while (queue_.size() > 0) {
        const iovec piece = piece_of(queue_.front());
        const IoResult sent = tls_ ? send_tls({&piece, 1}) : transmit({&piece, 1});
        drain(sent.bytes);
        if (sent.status != IoStatus::ok) return sent.status;
        if (sent.bytes == 0) return IoStatus::blocked;  // TLS is not open yet
    }
    return IoStatus::ok;
}

IoResult Connection::send(std::span<const iovec> pieces) {
    if (blocked_) return {0, IoStatus::blocked};
    return tls_ ? send_tls(pieces) : transmit(pieces);
}

IoResult Connection::send_tls(std::span<const iovec> pieces) {
    std::size_t taken = 0;
    for (const iovec& piece : pieces) {
        const std::size_t bytes = tls_->write(bytes_of(piece));
        taken += bytes;
        if (bytes < piece.iov_len) break;
    }
    return {taken, transmit_ciphertext()};
}

void Connection::finish() {
    if (tls_) {
        tls_->shutdown();
        static_cast<void>(transmit_ciphertext());
    }
    // A peer that is gone already makes this fail; the next read tells.
    static_cast<void>(::shutdown(socket_.get(), SHUT_WR));
}

}  // namespace tickweir::gateway

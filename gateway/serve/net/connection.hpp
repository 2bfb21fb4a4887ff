// One connected socket with its TLS, if any, and what is queued to be sent: plaintext in and out,
// never waiting. Knows neither HTTP nor WebSocket, nor which side began.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/uio.h>

#include "book/budget.hpp"
#include "gateway/byte_queue.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "gateway/tls.hpp"

namespace tickweir::gateway {

/// How an attempt to read or send ended.
enum class IoStatus : std::uint8_t {
    ok,
    blocked,  ///< the socket has nothing, or takes nothing, for now
    ended,    ///< reading: the peer said that nothing more comes
    failed,   ///< the connection is broken
    bad_tls,  ///< the peer broke TLS; what is queued (an alert) should still be sent
};

struct IoResult {
    std::size_t bytes = 0;
    IoStatus status = IoStatus::ok;
};

class Connection {
public:
    /// Of an accepted socket; `tls`: a server's context, or none. `queue_bytes_max`: what append()
    /// may queue.
    Connection(Descriptor socket, const TlsContext* tls, std::size_t queue_bytes_max,
               book::MemoryBudget* budget);
    /// Of one that was connected; `tls`: a session of either half, or none.
    Connection(Descriptor socket, std::optional<Tls> tls, std::size_t queue_bytes_max,
               book::MemoryBudget* budget);

    int fd() const { return socket_.get(); }

    /// Reads what is there, at most into.size() bytes (not zero). `scratch` takes ciphertext; it is
    /// used during the call only.
    IoResult read(std::span<std::byte> into, std::span<std::byte> scratch);

    /// The same of what is in memory already; the socket is not asked.
    std::size_t read_buffered(std::span<std::byte> into);

    /// Bytes that were read and not used; the next reads give them first.
    void unread(std::string_view bytes);

    /// Queues a copy behind what is queued. False, with nothing queued, beyond the limit or the
    /// budget.
    [[nodiscard]] bool append(std::span<const std::byte> bytes);

    /// Bytes appended that neither the socket nor TLS has taken.
    std::size_t queued() const { return queue_.size(); }
    /// Whether anything waits to be sent, ciphertext included.
    bool has_output() const;
    /// The last attempt to send found the socket full; on_writable() says that it is not any more.
    bool blocked() const { return blocked_; }
    void on_writable() { blocked_ = false; }

    /// Sends what is queued.
    IoStatus flush();

    /// Sends pieces past the queue, in one system call where there is no TLS. Says how many bytes
    /// need not be given again.
    IoResult send(std::span<const iovec> pieces);

    /// Nothing more will be sent; to be called with nothing queued. Reading goes on.
    void finish();

    /// Why TLS failed; empty where it did not.
    std::string_view tls_error() const {
        return tls_ ? std::string_view{tls_->error()} : std::string_view{};
    }
    /// Whether plaintext can pass: there is no TLS, or its handshake is done.
    bool secured() const { return !tls_ || tls_->state() == TlsState::open; }

    /// Closes the socket; the reactor has forgotten it. Reads and sends then fail.
    void close() { socket_ = Descriptor{}; }

private:
    IoResult receive(std::span<std::byte> into);
    IoResult read_tls(std::span<std::byte> into, std::span<std::byte> scratch);
    IoResult send_tls(std::span<const iovec> pieces);
    IoResult transmit(std::span<const iovec> pieces);
    IoStatus transmit_ciphertext();
    void drain(std::size_t bytes);

    Descriptor socket_;
    std::optional<Tls> tls_;
    std::string unread_;
    ByteQueue queue_;
    std::size_t queue_limit_;
    std::size_t queue_peak_ = 0;  // since the queue was last empty
    book::MemoryBudget* budget_;
    book::Charge charge_;  // for the queue
    bool blocked_ = false;
    bool input_ended_ = false;
};

}  // namespace tickweir::gateway

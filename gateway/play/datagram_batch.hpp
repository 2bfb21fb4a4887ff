// MoldUDP64 packets on their way into the kernel: heads here, messages where they lie, many packets
// a system call. Owns no socket and keeps nothing between calls.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "codecs/mold/packet.hpp"
#include "gateway/live/udp_address.hpp"

namespace tickweir::gateway {

/// How far a send came.
struct SendResult {
    std::size_t sent = 0;  ///< of the batch's packets, from the front
    int error = 0;         ///< why the packet behind them was not sent; 0: all were
};

/// Filled, sent, and filled again; never allocates.
class DatagramBatch {
public:
    static constexpr std::size_t packets_max = 64;

    bool full() const { return size_ == packets_max; }
    std::size_t size() const { return size_; }
    void clear() { size_ = 0; }

    /// Adds a packet; there has to be room. `frames` must stay until it is sent.
    void add(const codecs::mold::Header& head, codecs::Bytes frames, const UdpAddress& to);

    /// Gives the packets to the kernel, in order, as far as it takes them without waiting.
    /// Interrupts are not seen. The batch stays as it is.
    SendResult send(int socket);

private:
    std::size_t size_ = 0;
    std::array<codecs::mold::Header, packets_max> heads_{};
    std::array<std::array<iovec, 2>, packets_max> parts_{};
    std::array<sockaddr_in, packets_max> to_{};
    std::array<mmsghdr, packets_max> messages_{};
};

}  // namespace tickweir::gateway

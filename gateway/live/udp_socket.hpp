// A UDP socket that receives: datagrams in batches, each with the time at which the kernel had it
// and the end it came from. Bound to an address, or a member of a multicast group. It never blocks.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/live/udp_address.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

struct UdpSocketOptions {
    UdpAddress address;  ///< to receive at: the group, or an address of ours; port 0: any free one
    /// Of the interface that a group is joined at; none: the system chooses. Of a group only.
    std::optional<Ipv4> interface;
    std::size_t buffer_bytes = 256U << 10;  ///< that the kernel shall keep for us
    std::size_t batch = 64;                 ///< datagrams taken in one call; at least 1
};

/// A datagram where it lies; until the next receive().
struct Datagram {
    codecs::Bytes bytes;
    book::TimeNs received;  ///< by the kernel
    UdpAddress source;
};

class UdpSocket {
public:
    /// The longest there can be over IPv4 is 65,507.
    static constexpr std::size_t datagram_bytes_max = 65'536;

    /// The error names the address and the reason.
    static replay::Result<UdpSocket> open(const UdpSocketOptions& options);

    int fd() const { return socket_.get(); }
    /// Where it receives, with the port it got.
    const UdpAddress& address() const { return address_; }
    /// What the kernel keeps for us; it may be less than was asked for.
    std::size_t granted_bytes() const { return granted_bytes_; }
    std::size_t batch() const { return heads_.size(); }

    /// Takes what has arrived, up to a batch; how many there are. `now` stands in for a time that
    /// the kernel did not note. One system call.
    std::size_t receive(book::TimeNs now);
    /// Of those of the last receive().
    const Datagram& operator[](std::size_t i) const { return datagrams_[i]; }

    /// Whether the system took it.
    bool send(codecs::Bytes bytes, const UdpAddress& to);

    /// Datagrams that found the kernel's buffer full, as far as a later one has told of them.
    std::uint64_t kernel_drops() const { return kernel_drops_; }
    /// Calls that failed for another reason than that there was nothing.
    std::uint64_t failures() const { return failures_; }

private:
    UdpSocket(Descriptor socket, const UdpAddress& address, std::size_t granted, std::size_t batch);

    void read_control(msghdr& head, Datagram& datagram);

    // Buffers this far apart do not compete for the same lines of a cache.
    static constexpr std::size_t stride = datagram_bytes_max + 64;
    static constexpr std::size_t control_bytes = 64;

    Descriptor socket_;
    UdpAddress address_;
    std::size_t granted_bytes_ = 0;
    std::unique_ptr<std::byte[]> bytes_;  // memory comes with use: most datagrams are short
    std::unique_ptr<std::byte[]> controls_;
    std::vector<iovec> parts_;
    std::vector<sockaddr_in> sources_;
    std::vector<mmsghdr> heads_;
    std::vector<Datagram> datagrams_;
    std::uint32_t last_drops_ = 0;  // the kernel's own count, which wraps
    std::uint64_t kernel_drops_ = 0;
    std::uint64_t failures_ = 0;
};

/// Asks servers over one socket, and knows their answers from what others send there.
class RequestSocket {
public:
    RequestSocket(UdpSocket socket, std::vector<UdpAddress> servers)
        : socket_{std::move(socket)}, servers_{std::move(servers)} {}

    UdpSocket& socket() { return socket_; }
    /// Whether the system took it.
    bool ask(std::uint32_t server, codecs::Bytes request) {
        return socket_.send(request, servers_[server]);
    }
    /// Which server sent it; none: nobody who is asked.
    std::optional<std::uint32_t> server_of(const UdpAddress& source) const;

private:
    UdpSocket socket_;
    std::vector<UdpAddress> servers_;
};

}  // namespace tickweir::gateway

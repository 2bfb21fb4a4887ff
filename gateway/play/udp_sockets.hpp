// The UDP sockets of a published feed: one that sends a line, unicast or multicast, and one that
// takes requests and sends answers. Opening and options only; what is sent is decided elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gateway/live/udp_address.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

struct LineSocketOptions {
    UdpAddress to{};
    Ipv4 interface = ipv4_loopback;           ///< that multicast leaves by
    std::uint8_t ttl = 1;                     ///< of multicast; 1 stays in the network
    int send_buffer_bytes = 4 * 1024 * 1024;  ///< asked for; the kernel may give less
};

/// A socket that does not block. The error names the address and the reason.
replay::Result<Descriptor> open_line_socket(const LineSocketOptions& options);

/// A socket bound to an address, with the port it got in place of port 0.
struct BoundSocket {
    Descriptor socket;
    UdpAddress address;
};

/// For requests and answers.
replay::Result<BoundSocket> open_request_socket(const UdpAddress& address);

/// For SoupBinTCP clients: listens.
replay::Result<BoundSocket> open_stream_listener(const UdpAddress& address);

}  // namespace tickweir::gateway

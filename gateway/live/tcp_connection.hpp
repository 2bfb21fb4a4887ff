// A TCP connection that we begin, without ever blocking, and where it goes to. What is sent over it
// is decided elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codecs/bytes.hpp"
#include "gateway/live/udp_address.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// `tcp://ADDR:PORT`, ADDR an IPv4 address, PORT from 1 to 65535. The error names the text and what
/// is wrong with it.
replay::Result<UdpAddress> parse_tcp_address(std::string_view text);

/// "tcp://127.0.0.1:9000"
std::string tcp_url(const UdpAddress& address);

class TcpConnection {
public:
    /// What became of a call.
    enum class Io : std::uint8_t {
        done,     ///< so many bytes, at least one
        blocked,  ///< nothing for now
        closed,   ///< the other side will send no more
        failed,   ///< the connection is gone: `error`
    };
    struct Moved {
        Io io = Io::blocked;
        std::size_t bytes = 0;
        int error = 0;  ///< an errno
    };

    /// Begins to connect; the error names the address and the reason. It is there, or not, once the
    /// descriptor is writable.
    static replay::Result<TcpConnection> begin(const UdpAddress& to);

    /// Why there is no connection: an errno; 0: there is one. Once writable.
    int outcome() const;

    Moved receive(std::span<std::byte> room);
    Moved send(codecs::Bytes bytes);

    int fd() const { return socket_.get(); }

private:
    explicit TcpConnection(Descriptor socket) : socket_{std::move(socket)} {}

    Descriptor socket_;
};

}  // namespace tickweir::gateway

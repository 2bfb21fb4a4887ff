// Where a venue is reached, as users spell it: the URL of a WebSocket or of an HTTP server. Parsing
// only; no name is looked up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "replay/byte_source.hpp"

namespace tickweir::gateway {

struct Endpoint {
    bool secure = true;  ///< TLS
    std::string host;    ///< a name or an address, without brackets
    std::uint16_t port = 443;
    std::string target;  ///< path and query; begins with '/'

    /// As a request's Host field has it: with the port where that is not the usual one.
    std::string host_field() const;
    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

enum class UrlKind : std::uint8_t { web_socket, http };

/// `wss://HOST[:PORT][/PATH]` and `ws://...`, or `https://...` and `http://...`. HOST is a name, an
/// IPv4 address, or an IPv6 address in brackets. The error names the text and what is wrong with
/// it.
replay::Result<Endpoint> parse_endpoint(std::string_view text, UrlKind kind);

}  // namespace tickweir::gateway

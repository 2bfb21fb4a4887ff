#include "gateway/live/json/endpoint.hpp"

#include <algorithm>
#include <charconv>

namespace tickweir::gateway {
namespace {

constexpr std::uint16_t plain_port = 80;
constexpr std::uint16_t secure_port = 443;
constexpr std::size_t host_bytes_max = 253;  // of a name in the DNS

bool is_visible(char c) {
    return c > ' ' && c < '\x7f';
}

bool is_host_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_';
}

bool is_address_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == '.' ||
           c == ':';
}

struct HostAndPort {
    std::string_view host;
    std::string_view port;  // with the colon; empty: none
    bool good = false;
};

HostAndPort split(std::string_view text) {
    HostAndPort parts;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == text.npos) return parts;
        parts.host = text.substr(1, end - 1);
        parts.port = text.substr(end + 1);
        parts.good = std::ranges::all_of(parts.host, is_address_char);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        parts.host = text.substr(0, colon);
        parts.port = text.substr(colon);
        parts.good = std::ranges::all_of(parts.host, is_host_char);
    }
    parts.good = parts.good && !parts.host.empty() && parts.host.size() <= host_bytes_max &&
                 (parts.port.empty() || parts.port.starts_with(':'));
    return parts;
}

}  // namespace

std::string Endpoint::host_field() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    std::string field = is_ipv6 ? '[' + host + ']' : host;
    if (port != (secure ? secure_port : plain_port)) field += ':' + std::to_string(port);
    return field;
}

replay::Result<Endpoint> parse_endpoint(std::string_view text, UrlKind kind) {
    const bool is_stream = kind == UrlKind::web_socket;
    const std::string_view secure = is_stream ? "wss://" : "https://";
    const std::string_view plain = is_stream ? "ws://" : "http://";
    const auto refused = [&](const std::string& why) {
        return "'" + std::string{text.substr(0, 256)} + "' " + why;
    };
    Endpoint endpoint;
    endpoint.secure = text.starts_with(secure);
    if (!endpoint.secure && !text.starts_with(plain))
        return refused("is not of the form " + std::string{secure} + "HOST[:PORT][/PATH] or " +
                       std::string{plain} + "HOST[:PORT][/PATH]");
    const std::string_view rest = text.substr(endpoint.secure ? secure.size() : plain.size());
    const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
    const HostAndPort parts = split(rest.substr(0, path));
    if (!parts.good) return refused("names no host");
    endpoint.host = parts.host;
    endpoint.port = endpoint.secure ? secure_port : plain_port;
    if (!parts.port.empty()) {
        const std::string_view digits = parts.port.substr(1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
        if (error != std::errc{} || end != digits.data() + digits.size() || endpoint.port == 0)
            return refused("has no port from 1 to 65535");
    }
    endpoint.target = rest.substr(path);
    if (!endpoint.target.starts_with('/')) endpoint.target.insert(0, "/");
    if (!std::ranges::all_of(endpoint.target, is_visible) ||
        endpoint.target.find('#') != std::string::npos)
        return refused("has a path that cannot be asked for");
    return endpoint;
}

}  // namespace tickweir::gateway

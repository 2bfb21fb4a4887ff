#include "gateway/live/udp_address.hpp"

#include <charconv>
#include <optional>

namespace tickweir::gateway {
namespace {

std::string quoted(std::string_view text) {
    return std::string{"'"}.append(text).append("'");
}

/// All of `text` as a decimal number up to `most`: digits only, no leading zero.
std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most) {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value > most) return std::nullopt;
    if (text.size() > 1 && text[0] == '0') return std::nullopt;
    return value;
}

}  // namespace

std::string to_string(Ipv4 address) {
    std::string text;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        if (!text.empty()) text += '.';
        text += std::to_string(address.number >> (shift - 8) & 0xFF);
    }
    return text;
}

replay::Result<Ipv4> parse_ipv4(std::string_view text) {
    Ipv4 address;
    std::string_view rest = text;
    for (int part = 0; part < 4; ++part) {
        const bool last = part == 3;
        const std::size_t dot = rest.find('.');
        const auto byte = number(rest.substr(0, dot), 255);
        if (!byte || (dot == std::string_view::npos) != last)
            return quoted(text) + " is not an IPv4 address (a.b.c.d)";
        address.number = address.number << 8 | *byte;
        rest.remove_prefix(last ? rest.size() : dot + 1);
    }
    return address;
}

replay::Result<UdpAddress> parse_udp_address(std::string_view text) {
    constexpr std::string_view scheme = "udp://";
    if (!text.starts_with(scheme)) return quoted(text) + " is not of the form udp://ADDR:PORT";
    const std::string_view where = text.substr(scheme.size());
    const std::size_t colon = where.rfind(':');
    if (colon == std::string_view::npos) return quoted(text) + " has no port (udp://ADDR:PORT)";
    const auto ip = parse_ipv4(where.substr(0, colon));
    if (!ip) return quoted(text) + ": " + ip.error();
    const auto port = number(where.substr(colon + 1), 65'535);
    if (!port || *port == 0)
        return quoted(text) + ": port " + quoted(where.substr(colon + 1)) +
               " is not between 1 and 65535";
    return UdpAddress{*ip, static_cast<std::uint16_t>(*port)};
}

std::string to_string(const UdpAddress& address) {
    return to_string(address.ip) + ':' + std::to_string(address.port);
}

std::string udp_url(const UdpAddress& address) {
    return "udp://" + to_string(address);
}

sockaddr_in to_sockaddr(const UdpAddress& address) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(address.port);
    out.sin_addr.s_addr = htonl(address.ip.number);
    return out;
}

UdpAddress from_sockaddr(const sockaddr_in& address) {
    return {Ipv4{ntohl(address.sin_addr.s_addr)}, ntohs(address.sin_port)};
}

}  // namespace tickweir::gateway

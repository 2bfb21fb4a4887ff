#include "gateway/fix/ip_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace tickweir::gateway::fix {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mapped_bits = 96;

/// Where one of `prefix_bits` bits ends in a byte: the bits that count.
std::uint8_t mask_of(unsigned prefix_bits, std::size_t byte) {
    const auto before = static_cast<unsigned>(byte) * 8;
    const unsigned bits = prefix_bits <= before ? 0 : std::min(8u, prefix_bits - before);
    return static_cast<std::uint8_t>(0xFF00u >> bits);
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const std::string terminated{text};
    IpAddress address;
    if (text.size() > INET6_ADDRSTRLEN || terminated.find('\0') != terminated.npos)
        return std::nullopt;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    std::ranges::copy(mapped_prefix, address.bytes.begin());
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + mapped_prefix.size()) == 1)
        return address;
    return std::nullopt;
}

bool IpAddress::is_v4() const {
    return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes[mapped_prefix.size()] == 127;
    return bytes.back() == 1 &&
           std::all_of(bytes.begin(), bytes.end() - 1, [](auto byte) { return byte == 0; });
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    const bool v4 = is_v4();
    const void* const from = bytes.data() + (v4 ? mapped_prefix.size() : 0);
    ::inet_ntop(v4 ? AF_INET : AF_INET6, from, out.data(), out.size());
    return out.data();
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto first = IpAddress::parse(text.substr(0, slash));
    if (!first) return std::nullopt;
    IpRange range{*first, 128};
    if (slash == text.npos) return range;
    // Mapped addresses are written like those of IPv6, with prefixes of up to 128 bits.
    const bool written_as_v4 = text.substr(0, slash).find(':') == text.npos;
    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const unsigned most = written_as_v4 ? 32 : 128;
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most)
        return std::nullopt;
    range.prefix_bits = bits + (written_as_v4 ? mapped_bits : 0);
    return range;
}

bool IpRange::contains(const IpAddress& address) const {
    for (std::size_t i = 0; i < address.bytes.size(); ++i) {
        if (((address.bytes[i] ^ first.bytes[i]) & mask_of(prefix_bits, i)) != 0) return false;
    }
    return true;
}

}  // namespace tickweir::gateway::fix

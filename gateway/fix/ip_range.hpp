// IP addresses and ranges of them, as allow lists name them: "10.1.0.0/16", "::1".
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway::fix {

/// An address of either family; one of IPv4 in its mapped form (::ffff:a.b.c.d, RFC 4291 2.5.5.2),
/// so that a socket that takes both families needs no care.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    /// "192.0.2.1" or "2001:db8::1"; nothing for anything else.
    static std::optional<IpAddress> parse(std::string_view text);
    bool is_v4() const;
    bool is_loopback() const;
    std::string text() const;
    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// All addresses that begin with the same bits.
struct IpRange {
    IpAddress first;
    unsigned prefix_bits = 128;  ///< of the mapped form: 96 more than of IPv4

    /// An address, or one with a prefix length; nothing for anything else. Bits behind the prefix
    /// are ignored.
    static std::optional<IpRange> parse(std::string_view text);
    bool contains(const IpAddress& address) const;
    friend bool operator==(const IpRange&, const IpRange&) = default;
};

}  // namespace tickweir::gateway::fix

// How many connections each address has.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <unordered_map>

#include <netinet/in.h>
#include <sys/socket.h>

namespace tickweir::gateway {

/// An IPv4 address (also one mapped into IPv6), or the first half of an IPv6 one: what one customer
/// is given.
enum class PeerAddress : std::uint64_t {};

inline PeerAddress peer_address(const sockaddr_storage& from) {
    constexpr std::uint64_t ipv4 = 0xffff'0000'0000ULL;  // no IPv6 network: ::/16 is reserved
    if (from.ss_family == AF_INET) {
        sockaddr_in address{};
        std::memcpy(&address, &from, sizeof address);
        return PeerAddress{ipv4 | ntohl(address.sin_addr.s_addr)};
    }
    sockaddr_in6 address{};
    std::memcpy(&address, &from, sizeof address);
    const std::uint8_t* const bytes = address.sin6_addr.s6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
    std::uint64_t value = 0;
    for (std::size_t i = mapped ? 12 : 0; i < (mapped ? 16U : 8U); ++i)
        value = value << 8U | bytes[i];
    return PeerAddress{mapped ? ipv4 | value : value};
}

class PeerAddresses {
public:
    /// Counts one more unless there are `most` already.
    [[nodiscard]] bool add(PeerAddress address, std::size_t most) {
        if (most == 0) return false;
        const auto [found, is_new] = counts_.try_emplace(address, 0);
        if (found->second >= most) return false;
        ++found->second;
        return true;
    }
    void remove(PeerAddress address) {
        const auto found = counts_.find(address);
        if (--found->second == 0) counts_.erase(found);
    }

private:
    std::unordered_map<PeerAddress, std::size_t> counts_;  // no zeros
};

}  // namespace tickweir::gateway

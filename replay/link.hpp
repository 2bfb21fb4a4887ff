// What the recorded bytes of a packet begin with. Values only.
#pragma once

#include <cstdint>

namespace tickweir::replay {

enum class Link : std::uint8_t {
    ethernet,
    raw_ip,
    linux_sll,
    linux_sll2,
    null_host,     ///< BSD loopback, address family in the byte order of whoever recorded it
    loop_network,  ///< BSD loopback, address family in network order
};

}  // namespace tickweir::replay

// What is due for one client: frames that lie in buffers shared by all clients. The transport
// gathers them into one system call and says how much the socket took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/uio.h>

namespace tickweir::gateway {

/// A WebSocket client as the hub names it; never reused while the process runs.
enum class ClientId : std::uint64_t {};

/// A close the hub asks for: after what is queued has gone out, or a deadline, with this code.
struct ClientClose {
    std::uint16_t code = 1000;  ///< RFC 6455 §7.4.1
    char reason[96]{};          ///< zero-terminated UTF-8
};

}  // namespace tickweir::gateway

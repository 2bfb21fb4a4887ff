// What one serving thread's connections may cost. The gateway fills it from its configuration.
#pragma once

#include <chrono>
#include <cstddef>

namespace tickweir::gateway {

struct ServerLimits {
    using Duration = std::chrono::milliseconds;

    std::size_t connections = 10'000;
    std::size_t connections_per_address = 10'000;  ///< IPv6: per /64, what one customer is given
    int backlog = 1'024;                           ///< connections the kernel keeps for accept

    std::size_t header_bytes = 8 * 1024;   ///< request line and header; beyond: 431
    std::size_t target_bytes = 4 * 1024;   ///< beyond: 414
    std::size_t body_bytes = 64 * 1024;    ///< of a request; beyond: 413
    unsigned requests_per_second = 1'000;  ///< HTTP, a connection; beyond: 429

    std::size_t message_bytes = 64 * 1024;        ///< of a WebSocket client; beyond: close 1009
    std::size_t answer_bytes = 32 * 1024 * 1024;  ///< HTTP answers of a connection not yet sent
    int send_buffer_bytes = 256 * 1024;           ///< SO_SNDBUF; 0: the system's

    Duration handshake_timeout{5'000};   ///< from the first byte of a request to its last
    Duration http_idle_timeout{30'000};  ///< between requests, and for an answer nobody takes
    Duration idle_timeout{60'000};       ///< of a WebSocket client: nothing received
    Duration ping_interval{20'000};      ///< nothing received: ask; 0: never
    Duration answer_timeout{5'000};      ///< of an answer that comes later; then 503
    Duration close_timeout{2'000};       ///< for what is queued and the closing handshake
    Duration stop_timeout{1'000};        ///< of the whole server, once it is stopped
};

}  // namespace tickweir::gateway

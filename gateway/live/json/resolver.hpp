// Names to addresses without making anybody wait: the system's look-up blocks, so each runs on a
// thread of its own, which nobody joins. Addresses are taken as they are.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

struct SocketAddress {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

struct Resolution {
    std::vector<SocketAddress> addresses;  ///< in the system's order of preference
    std::string error;                     ///< why there are none
};

class Resolver {
public:
    /// Look-ups under way at one time; more fail.
    static constexpr std::size_t lookups_max = 16;

    /// The waker is that of the owner's thread, and outlives this.
    explicit Resolver(Waker& waker);
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    ~Resolver();

    /// Begins to look up; the number of the look-up. The owner is woken when it is done.
    std::uint64_t begin(const std::string& host, std::uint16_t port);
    /// What became of it, once; nothing: it is not done.
    std::optional<Resolution> take(std::uint64_t lookup);
    /// Whether any look-up is done and not taken: the owner, about to sleep, may have missed it.
    bool has_done() const;
    /// Nobody wants to know any more.
    void forget(std::uint64_t lookup);

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;  // with the threads, which may outlive this
};

}  // namespace tickweir::gateway

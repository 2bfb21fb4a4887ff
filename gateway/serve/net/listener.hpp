// A listening TCP socket that gives accepted ones to its owner, in batches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/descriptor.hpp"
#include "gateway/serve/net/peer_addresses.hpp"

namespace tickweir::gateway {

class Listener final : public ReadyHandler {
public:
    /// Throws std::runtime_error naming address, port and reason.
    Listener(Reactor& reactor, const std::string& address, std::uint16_t port, int backlog);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    std::uint16_t port() const { return port_; }
    bool ready() const { return ready_; }

    struct Accepted {
        Descriptor socket;
        PeerAddress peer{};
    };
    /// One connection, if there is one. Where the process is out of descriptors or memory, the
    /// socket is not watched until `resume_at`: it would be ready for ever.
    std::optional<Accepted> accept(book::TimeNs now);

    /// Set while paused.
    std::optional<book::TimeNs> resume_at() const { return resume_at_; }
    void resume();
    std::uint64_t pauses() const { return pauses_; }

    void on_ready(bool readable, bool writable) override;

private:
    Reactor& reactor_;
    Descriptor socket_;
    std::uint16_t port_ = 0;
    bool ready_ = false;
    std::optional<book::TimeNs> resume_at_;
    std::uint64_t pauses_ = 0;
};

}  // namespace tickweir::gateway

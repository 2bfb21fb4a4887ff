// From an endpoint to a connected socket, without ever blocking: the name is looked up, then its
// addresses are tried one after the other. How long that may take is the owner's to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/live/json/endpoint.hpp"
#include "gateway/live/json/resolver.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/descriptor.hpp"

namespace tickweir::gateway {

class Dial final : private ReadyHandler {
public:
    /// `attempt`: which of several addresses is the first, so that one that never answers does not
    /// hold up every attempt. Resolver and reactor outlive it.
    Dial(const Endpoint& to, std::uint64_t attempt, Resolver& resolver, Reactor& reactor);
    Dial(const Dial&) = delete;
    Dial& operator=(const Dial&) = delete;
    ~Dial();

    enum class State : std::uint8_t { under_way, connected, failed };
    /// Goes on where that is possible.
    State turn();

    /// Once connected; the reactor does not watch it any more.
    Descriptor take();
    /// Why it failed: names the host.
    const std::string& error() const { return error_; }

private:
    void on_ready(bool, bool) override { ready_ = true; }
    State look();
    State try_next();
    State judge();
    void close();

    std::string where_;  // host:port, for messages
    std::uint64_t attempt_;
    Resolver& resolver_;
    Reactor& reactor_;
    std::uint64_t lookup_;
    std::optional<Resolution> addresses_;
    std::size_t tried_ = 0;
    Descriptor socket_;
    bool watched_ = false;
    bool ready_ = false;
    std::string error_;
    State state_ = State::under_way;
};

}  // namespace tickweir::gateway

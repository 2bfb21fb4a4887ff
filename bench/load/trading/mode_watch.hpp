// Watches a gateway's load mode over its WebSocket: when it changed, and to what, as a client is
// told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/load/trading/session_socket.hpp"

namespace tickweir::bench {

struct ModeChange {
    TimeNs at;
    int mode = 0;  ///< of L0 to L5
};

class ModeWatch final : public gateway::ReadyHandler {
public:
    /// Connects and subscribes; throws std::runtime_error. The reactor must outlive it.
    ModeWatch(gateway::Reactor& reactor, const FixAddress& http);
    ModeWatch(const ModeWatch&) = delete;
    ModeWatch& operator=(const ModeWatch&) = delete;
    ~ModeWatch();

    /// Empty as long as no mode was told at all.
    const std::vector<ModeChange>& changes() const { return changes_; }
    int mode() const { return changes_.empty() ? 0 : changes_.back().mode; }

    void on_ready(bool readable, bool writable) override;

private:
    void scan(TimeNs now);

    gateway::Reactor& reactor_;
    gateway::Descriptor socket_;
    std::string tail_;  // of what came: a mode may be cut in two
    std::vector<ModeChange> changes_;
};

}  // namespace tickweir::bench

// SIGINT and SIGTERM as events of a reactor, so that none comes between a look and a sleep.
#pragma once

#include <csignal>

#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/descriptor.hpp"

namespace tickweir::gateway {

/// While it lives, the two signals are blocked in its thread and noted here, except one that
/// whoever started the process had ignored. Before it goes, those that came have had their effect.
class StopSignals final : public ReadyHandler {
public:
    /// `reactor` must outlive this. Throws std::system_error.
    explicit StopSignals(Reactor& reactor);
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// Whether one came since the last call.
    bool take();

    void on_ready(bool readable, bool writable) override;

private:
    Reactor& reactor_;
    sigset_t set_{};
    sigset_t before_{};
    Descriptor descriptor_;
    bool came_ = false;
};

}  // namespace tickweir::gateway

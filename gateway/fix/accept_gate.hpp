// Who may connect at all: how many connections there are, of whom, and how fast they come. Pure;
// times come in.
#pragma once

#include <cstddef>

#include "book/types.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/serve/hub/request_rate.hpp"
#include "gateway/serve/net/peer_addresses.hpp"

namespace tickweir::gateway::fix {

struct AcceptLimits {
    std::size_t connections = 1'024;
    std::size_t per_address = 64;
    std::size_t per_second = 200;
};

class AcceptGate {
public:
    explicit AcceptGate(AcceptLimits limits) : limits_{limits} {}

    /// None: counted until leave().
    [[nodiscard]] Refusal admit(PeerAddress address, book::TimeNs now);
    void leave(PeerAddress address);
    std::size_t connections() const { return connections_; }

private:
    AcceptLimits limits_;
    std::size_t connections_ = 0;
    PeerAddresses addresses_;
    hub::RequestRate rate_;
};

}  // namespace tickweir::gateway::fix

#include "gateway/fix/accept_gate.hpp"

namespace tickweir::gateway::fix {

Refusal AcceptGate::admit(PeerAddress address, book::TimeNs now) {
    if (connections_ >= limits_.connections) return Refusal::connections;
    // First what is the address's own: what is refused for that takes nothing from the others.
    if (!addresses_.add(address, limits_.per_address)) return Refusal::per_address;
    if (!rate_.admit(now, limits_.per_second)) {
        addresses_.remove(address);
        return Refusal::accept_rate;
    }
    ++connections_;
    return Refusal::none;
}

void AcceptGate::leave(PeerAddress address) {
    addresses_.remove(address);
    --connections_;
}

}  // namespace tickweir::gateway::fix

#include "gateway/fix/accept_gate.hpp"

#include <algorithm>

namespace tickweir::gateway::fix {

bool Lockouts::locked(std::string_view client, PeerAddress address, book::TimeNs now) const {
    const auto found = failures_.find(Key{address, std::string{client}});
    return found != failures_.end() && now < found->second.locked_until;
}

bool Lockouts::failed(std::string_view client, PeerAddress address, book::TimeNs now) {
    make_room(now);
    Failures& failures = failures_[Key{address, std::string{client}}];
    if (now < failures.locked_until) return false;
    if (failures.count == 0 || now - failures.first > limits_.window) {
        failures = {.count = 0, .first = now};
    }
    if (++failures.count < limits_.failures) return false;
    failures = {.count = 0, .first = now, .locked_until = now + limits_.lockout};
    return true;
}

void Lockouts::succeeded(std::string_view client, PeerAddress address) {
    failures_.erase(Key{address, std::string{client}});
}

void Lockouts::make_room(book::TimeNs now) {
    if (failures_.size() < limits_.kept) return;
    std::erase_if(failures_, [&](const auto& row) {
        return now >= row.second.locked_until && now - row.second.first > limits_.window;
    });
    if (failures_.size() < limits_.kept) return;
    failures_.erase(std::ranges::min_element(failures_, {}, [](const auto& row) {
        return std::max(row.second.first, row.second.locked_until);
    }));
}

Refusal AcceptGate::admit(PeerAddress address, book::TimeNs now) {
    if (connections_ >= limits_.connections) return Refusal::connections;
    if (!rate_.admit(now, limits_.per_second)) return Refusal::accept_rate;
    if (!addresses_.add(address, limits_.per_address)) return Refusal::per_address;
    ++connections_;
    return Refusal::none;
}

void AcceptGate::leave(PeerAddress address) {
    addresses_.remove(address);
    --connections_;
}

}  // namespace tickweir::gateway::fix

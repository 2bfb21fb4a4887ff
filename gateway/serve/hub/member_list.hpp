// The members of a group in the order of their clients: so two groups of the same clients have
// equal lists, whoever came, went or fell behind meanwhile.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tickweir::gateway::hub {

/// A client and its subscription; no client is in it twice. insert() and erase() move what is
/// behind: 4 KB for a thousand members.
class MemberList {
public:
    std::size_t size() const { return clients_.size(); }
    bool empty() const { return clients_.empty(); }
    /// Dense: an update goes over it.
    std::span<const std::uint32_t> clients() const { return clients_; }
    std::span<const std::uint32_t> subscriptions() const { return subscriptions_; }

    /// Requires that the client is a member.
    std::uint32_t subscription_of(std::uint32_t client) const {
        return subscriptions_[static_cast<std::size_t>(place_of(client))];
    }

    void insert(std::uint32_t client, std::uint32_t subscription) {
        const std::ptrdiff_t place = place_of(client);
        clients_.insert(clients_.begin() + place, client);
        subscriptions_.insert(subscriptions_.begin() + place, subscription);
    }
    /// Requires that the client is a member.
    void erase(std::uint32_t client) {
        const std::ptrdiff_t place = place_of(client);
        clients_.erase(clients_.begin() + place);
        subscriptions_.erase(subscriptions_.begin() + place);
    }

private:
    std::ptrdiff_t place_of(std::uint32_t client) const {
        return std::ranges::lower_bound(clients_, client) - clients_.begin();
    }

    std::vector<std::uint32_t> clients_;
    std::vector<std::uint32_t> subscriptions_;
};

}  // namespace tickweir::gateway::hub

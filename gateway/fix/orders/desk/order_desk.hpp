// Order entry as an application of FIX sessions: requests in, through the shield, to the venue's
// shard; its reports out, to sessions in the order in which they happened. Owns no socket, clock or
// thread. One owner: the FIX thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "book/budget.hpp"
#include "gateway/fix/application.hpp"
#include "gateway/fix/orders/desk/desk_settings.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway::fix::orders {

struct OrderDeskParts {
    const OrderDirectory* directory = nullptr;  ///< outlives the desk
    VenueLink link;                             ///< what it points to outlives the desk
    /// By fix::SessionId, as many as the directory has.
    std::vector<DeskSessionSettings> sessions;
    std::size_t venue_sessions = 1;  ///< how many the venue has, its operator among them
    OrderDeskLimits limits = {};
    book::MemoryBudget* budget = nullptr;  ///< of the table; nullptr: none
};

/// README.md tells what clients are promised. turn() has to be called whether anybody is logged on
/// or not: the venue's shard waits for whoever does not take its reports.
class OrderDesk final : public Application {
public:
    /// Throws std::bad_alloc, std::invalid_argument where a session is not in the directory.
    explicit OrderDesk(OrderDeskParts parts);
    ~OrderDesk() override;

    bool takes(std::string_view msg_type) const override;
    std::optional<std::string_view> refuses_logons() const override;
    void on_logon(SessionId session, book::TimeNs now, SessionOutput& output) override;
    void on_logout(SessionId session, book::TimeNs now) override;
    void on_message(SessionId session, const codecs::fix::Message& message, book::TimeNs now,
                    SessionOutput& output) override;
    void on_malformed(SessionId session, book::TimeNs now) override;
    bool force_breaker(SessionId session, shield::BreakerForce force, book::TimeNs now) override;
    bool turn(book::TimeNs now, SessionOutput& output) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;

    /// Whether the venue has told all of its open orders: requests are taken from then on.
    bool open() const;
    /// Limits of a reloaded configuration, by SessionId, from now on; what was used of the old ones
    /// stays used. Allocates.
    void set_shields(std::span<const shield::SessionShieldLimits> limits);
    /// The entitlements and accounts of a reloaded configuration, from now on: of the same venue
    /// and sessions. It outlives the desk, as the first one does, which names things still.
    void set_entitlements(const OrderDirectory& directory);

    const shield::SessionShield& shield(SessionId session) const;
    const OrderDeskCounts& counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::gateway::fix::orders

// Order entry as the FIX role hosts it: the desk of orders/desk/, what it counts as metrics, and
// breakers as other threads show and force them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "book/ring.hpp"
#include "gateway/fix/application.hpp"
#include "gateway/fix/orders/desk/order_desk.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/metrics/tsc_clock.hpp"

namespace tickweir::gateway::fix {

/// What the desk counts, in cells that any thread reads.
struct OrderEntryCells {
    /// `label`s of sessions are their names.
    OrderEntryCells(Metrics& metrics, const orders::OrderDirectory& directory);

    /// What has happened since `before`, which becomes `now`. The FIX thread.
    void count(const orders::OrderDeskCounts& now, orders::OrderDeskCounts& before);

    struct Counted {
        std::uint64_t orders::OrderDeskCounts::*count;
        Counter* cell;
    };
    struct Shown {
        std::uint64_t orders::OrderDeskCounts::*count;
        Gauge* cell;
    };
    std::vector<Counted> counters;
    std::vector<Shown> gauges;
    std::vector<Gauge*> breakers;  ///< by SessionId: a shield::BreakerState
};

class OrderEntryApplication final : public Application {
public:
    /// As OrderDesk. With a clock, which outlives it, `order_parse` is measured: from a frame to
    /// its command, or to what refuses it.
    OrderEntryApplication(orders::OrderDeskParts parts, Metrics& metrics,
                          const TscClock* clock = nullptr);

    bool takes(std::string_view msg_type) const override { return desk_.takes(msg_type); }
    std::optional<std::string_view> refuses_logons() const override {
        return desk_.refuses_logons();
    }
    void on_logon(SessionId session, book::TimeNs now, SessionOutput& output) override {
        desk_.on_logon(session, now, output);
    }
    void on_logout(SessionId session, book::TimeNs now) override { desk_.on_logout(session, now); }
    void on_message(SessionId session, const codecs::fix::Message& message, book::TimeNs now,
                    SessionOutput& output) override;
    void on_malformed(SessionId session, book::TimeNs now) override {
        desk_.on_malformed(session, now);
    }
    bool turn(book::TimeNs now, SessionOutput& output) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override { return desk_.next_due(); }

    bool force_breaker(SessionId session, shield::BreakerForce force, book::TimeNs now) override;

    /// What sessions may do by a reloaded configuration. One thread, not the FIX thread, which
    /// takes it over with its next turn. False: the last one is not taken over yet.
    struct Reload {
        /// Of the same venue and sessions; none: as it is.
        std::unique_ptr<const orders::OrderDirectory> entitlements;
        std::vector<shield::SessionShieldLimits> shields;  ///< by SessionId; empty: as they are
    };
    [[nodiscard]] bool reload(Reload reload) { return reloads_.try_push(std::move(reload)); }
    /// Whether it would; from that thread, too.
    bool takes_reloads() const { return reloads_.size_approx() < reloads_.capacity(); }

    // Any thread.

    /// As the desk last showed it.
    shield::BreakerState breaker(SessionId session) const;

private:
    bool take_reloads();
    void show(book::TimeNs now);

    const orders::OrderDirectory& directory_;
    std::unique_ptr<const orders::OrderDirectory> entitlements_;  // that were reloaded
    orders::OrderDesk desk_;
    book::SpscRing<Reload> reloads_{2};
    OrderEntryCells cells_;
    const TscClock* clock_;
    LatencyHistogram* parse_;          // none without a clock
    orders::OrderDeskCounts counted_;  // as the cells have it
    // By SessionId, a shield::BreakerState. One writer, relaxed: the word is all there is to know.
    std::unique_ptr<std::atomic<std::uint8_t>[]> breakers_;
    book::TimeNs shown_{};
};

}  // namespace tickweir::gateway::fix

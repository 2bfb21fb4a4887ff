// A feed as the rest of the gateway sees it: a role that fills the market shards' rings and tells
// about itself through a cell.
#pragma once

#include <chrono>

#include "gateway/market/feed_report.hpp"
#include "gateway/runtime/role.hpp"

namespace tickweir::gateway {

class Feed : public Role {
public:
    /// Any thread.
    virtual const FeedReportCell& status() const = 0;

protected:
    /// How soon a full ring is looked at again: the shard has a turn before that where it shares
    /// our thread, and has drained megabytes where it does not.
    static constexpr std::chrono::microseconds full_ring_pause{200};
};

}  // namespace tickweir::gateway

// A feed as the rest of the gateway sees it: a role that fills the market shards' rings and tells
// about itself through a cell.
#pragma once

#include <string_view>

#include "gateway/market/feed_report.hpp"
#include "gateway/runtime/role.hpp"

namespace tickweir::gateway {

class Feed : public Role {
public:
    /// Any thread.
    virtual const FeedReportCell& status() const = 0;
};

}  // namespace tickweir::gateway

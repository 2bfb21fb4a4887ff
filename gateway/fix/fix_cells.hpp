// What the FIX role counts, in cells that any thread reads: for /metrics and /v1/status.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/fix/client_session.hpp"
#include "gateway/fix/fix_server.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/metrics/metrics.hpp"

namespace tickweir::gateway::fix {

struct FixCells {
    explicit FixCells(Metrics& metrics);

    /// What has happened since `before`, which becomes `now`. The role's thread.
    void count(const FixServerCounts& now, FixServerCounts& before);
    void count(const SessionCounts& now, SessionCounts& before);

    Gauge& connections;
    Gauge& sessions;  ///< configured
    Gauge& logged_on;
    Gauge& queued_bytes;
    Counter& accepted;
    Counter& lockouts;
    std::array<Counter*, refusal_kinds> refused{};  ///< by Refusal; none: nullptr
    Counter& logons;
    Counter& received;
    Counter& sent;
    Counter& stored;  ///< delivered while nobody was logged on
    Counter& resent;
    Counter& resend_requests;
    Counter& rejected;
    Counter& garbled;
    Counter& ahead_dropped;
    Counter& cut;
};

}  // namespace tickweir::gateway::fix

// How long commands wait, execute, and wait for the log: histograms that the venue's thread writes.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "book/types.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/metrics/tsc_clock.hpp"
#include "txn/engine/outbox.hpp"

namespace tickweir::gateway {

/// Of commands that were executed; those that were refused wait for no record. Allocates at the
/// start only.
class VenueTimings {
public:
    /// Both outlive it. `outcomes`: of the outbox, which no more commands can be between.
    VenueTimings(Metrics& metrics, const TscClock& clock, std::size_t outcomes);

    /// A stamp for executed().
    std::uint64_t begin() const { return clock_.ticks(); }
    /// A command that arrived then is executed; it began to be at the stamp. Without `lsn` it left
    /// no record.
    void executed(std::optional<txn::log::Lsn> lsn, book::TimeNs arrived, std::uint64_t begun);
    /// The outcome of a record may be told.
    void released(txn::log::Lsn lsn);

private:
    struct Waiting {
        txn::log::Lsn lsn{};
        book::TimeNs arrived;
        std::uint64_t executed = 0;
    };

    const TscClock& clock_;
    LatencyHistogram& queue_;
    LatencyHistogram& match_;
    LatencyHistogram& wait_;
    LatencyHistogram& total_;
    std::vector<Waiting> waiting_;  // a circle, of a power of two
    std::size_t first_ = 0;
    std::size_t end_ = 0;
};

}  // namespace tickweir::gateway

// The recorder with the thread that hosts it and the rings that lead to it.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "book/byte_ring.hpp"
#include "gateway/config/config.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/record/recorder.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/runtime/host.hpp"

namespace tickweir::gateway {

/// Made before the feeds, started before them and stopped when they have stopped.
class RecordingThread {
public:
    /// The configuration names a directory. Throws std::runtime_error with a line that names it and
    /// what is wrong, or the budget that does not suffice.
    RecordingThread(const Config& config, book::MemoryBudget& budget, Metrics& metrics,
                    book::TimeNs now);

    /// Where a feed hands over what it receives, by connection; none: it is not recorded.
    std::vector<RecordTap*> taps_of(const std::string& feed);

    Host& host() { return *host_; }
    /// Empties the rings, ends the files, and waits for that; rethrows what escaped.
    void stop(std::chrono::nanoseconds grace);

private:
    struct Tap {
        std::unique_ptr<book::ByteRing> ring;
        std::unique_ptr<RecordTap> tap;
    };

    Tap make_tap(const RecordConfig& config, const std::string& name, std::size_t number,
                 book::MemoryBudget& budget);

    std::unique_ptr<Host> host_;
    std::map<std::string, std::vector<Tap>> taps_;  // by feed; of each of its connections
    std::unique_ptr<Recorder> recorder_;
};

}  // namespace tickweir::gateway

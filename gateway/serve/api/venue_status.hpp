// What the venue tells about itself at /v1/status and /readyz: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway {

enum class VenueStage : std::uint8_t {
    recovering,
    running,
    failed,   ///< the log, or what stands in it: nothing is executed
    stopped,  ///< on the way to the end
};
std::string_view to_string(VenueStage stage);

/// A number by its name; the name outlives it.
struct VenueNumber {
    std::string_view name;
    std::uint64_t value = 0;
};

struct VenueStatus {
    std::string id;
    VenueStage stage = VenueStage::recovering;
    std::string reason;  ///< of failed
    std::string commit;  ///< `durable`, or `applied (unsafe)`
    std::string data;
    std::vector<VenueNumber> lsn;        ///< applied, durable, replayed, snapshot
    std::vector<VenueNumber> log;        ///< lag, room
    std::vector<VenueNumber> totals;     ///< since the start
    std::vector<VenueNumber> shed;       ///< by reason
    std::chrono::nanoseconds period{};   ///< that the next are of; 0: none is over yet
    std::vector<VenueNumber> in_period;  ///< counts, and quantiles
    std::string replayer;                ///< `loading`, `following` or `alarmed`
    std::string alarm;                   ///< what differed
    std::optional<std::chrono::nanoseconds> snapshot_age;
};

}  // namespace tickweir::gateway

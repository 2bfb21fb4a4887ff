#include <ostream>
#include <string>

#include "gateway/commands/level_replay_report.hpp"
#include "gateway/commands/replay_json_capture.hpp"

namespace tickweir::gateway {
namespace {

void print_lines(std::ostream& out, const JsonReplayBooks& venue) {
    const JsonReplayLines& lines = venue.lines();
    const JsonCounts& counts = venue.books().counts();
    print_label(out, "venue", venue.venue());
    print_label(out, "lines",
                std::to_string(lines.frames) + " frames, " + std::to_string(lines.answers) +
                    " HTTP answers, " + std::to_string(lines.sends) + " sent");
    std::string refused;
    for (std::size_t i = 1; i < frame_status_kinds; ++i) {
        if (counts.by_status[i] == 0) continue;
        if (!refused.empty()) refused += "  ";
        refused += to_string(static_cast<codecs::json::FrameStatus>(i));
        refused += ' ' + std::to_string(counts.by_status[i]);
    }
    print_label(out, "refused", refused.empty() ? "none" : refused);
}

}  // namespace

void print_replay_table(const ReplayOptions& options, const JsonReplayResult& result,
                        std::ostream& out) {
    print_level_summary(options, result, "frames", out, [&] {
        for (const auto& venue : result.venues)
            print_lines(out, *venue);
    });
}

}  // namespace tickweir::gateway

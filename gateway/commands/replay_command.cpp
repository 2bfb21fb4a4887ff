#include "gateway/commands/replay_command.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "gateway/commands/report_members.hpp"

namespace tickweir::gateway {

bool can_be_read_again(const ReplayOptions& options) {
    std::error_code error;
    return std::ranges::all_of(options.captures, [&](const std::filesystem::path& capture) {
        return std::filesystem::is_regular_file(capture, error);
    });
}

int give_up_replay(std::ostream& err, const std::string& why, ExitStatus status) {
    err << "tickweir replay: " << why << '\n';
    return static_cast<int>(status);
}

ExitStatus tell_end(const ReplayOptions& options, const ReplayEnd& end,
                    const std::string& output_error, std::ostream& err) {
    if (!output_error.empty()) {
        err << "tickweir replay: " << output_error << '\n';
        return ExitStatus::failed;
    }
    if (end.reason.empty()) return ExitStatus::ok;
    if (end.unreadable) {
        err << "tickweir replay: " << end.reason << '\n';
        return ExitStatus::usage;
    }
    err << "tickweir replay: " << options.captures[end.place.capture].string() << ": " << end.reason
        << " (byte " << end.place.offset << ")\n";
    return end.status == replay::CaptureStatus::failed ? ExitStatus::failed : ExitStatus::damaged;
}

void put_damage(JsonWriter& json, const ReplayOptions& options, const ReplayEnd& end) {
    json.key("damage");
    if (end.reason.empty()) return json.null();
    json.begin_object();
    put(json, "file", options.captures[end.place.capture].string());
    put(json, "offset", end.place.offset);
    put(json, "reason", end.reason);
    json.end_object();
}

}  // namespace tickweir::gateway

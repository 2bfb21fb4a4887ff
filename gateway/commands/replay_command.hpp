// What both ways through `tickweir replay`, of messages and of JSON frames, have in common: the
// files that watch the books, and how the command tells its end.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "gateway/commands/replay_input.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/top_sampler.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/json_writer.hpp"

namespace tickweir::gateway {

/// Creates the files that the options ask for; the error names the one that cannot be written.
template <class Watchers>
replay::Result<Watchers> make_watchers(const ReplayOptions& options) {
    using Events = typename decltype(Watchers::events)::element_type;
    Watchers watchers;
    if (options.events) {
        auto events = Events::create(*options.events);
        if (!events) return events.error();
        watchers.events = std::make_unique<Events>(std::move(*events));
    }
    if (options.top_every) {
        auto sampler =
            TopSampler::create(options.top_every->file, options.top_every->every, options.depth);
        if (!sampler) return sampler.error();
        watchers.sampler = std::make_unique<TopSampler>(std::move(*sampler));
    }
    return watchers;
}

/// Pipes cannot be.
bool can_be_read_again(const ReplayOptions& options);

int give_up_replay(std::ostream& err, const std::string& why, ExitStatus status);

/// Says on `err` what ended the replay early, if anything did; `output_error` is of a file that
/// could not be written, or empty.
ExitStatus tell_end(const ReplayOptions& options, const ReplayEnd& end,
                    const std::string& output_error, std::ostream& err);

/// `"damage"`: null at a plain end.
void put_damage(JsonWriter& json, const ReplayOptions& options, const ReplayEnd& end);

}  // namespace tickweir::gateway

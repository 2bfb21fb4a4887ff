#include "gateway/commands/replay_json_capture.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <system_error>
#include <utility>

#include "gateway/commands/json_replay_player.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using codecs::json::VenueId;
using replay::CaptureStatus;

/// The venue that the options name; none where they name no venue of JSON captures.
replay::Result<std::optional<VenueId>> venue_of(const ReplayOptions& options) {
    if (options.venue == ReplayOptions{}.venue) return std::optional<VenueId>{};
    const auto venue = codecs::json::venue_named(options.venue);
    if (!venue) return "--venue: no JSON captures of " + options.venue + " are known";
    return std::optional<VenueId>{venue};
}

bool are_regular(const ReplayOptions& options) {
    std::error_code error;
    return std::ranges::all_of(options.captures, [&](const fs::path& capture) {
        return fs::is_regular_file(capture, error);
    });
}

ExitStatus tell_end(const ReplayOptions& options, const JsonReplayResult& result,
                    std::ostream& err) {
    if (!result.output_error.empty()) {
        err << "tickweir replay: " << result.output_error << '\n';
        return ExitStatus::failed;
    }
    const ReplayEnd& end = result.end;
    if (end.reason.empty()) return ExitStatus::ok;
    if (end.unreadable) {
        err << "tickweir replay: " << end.reason << '\n';
        return ExitStatus::usage;
    }
    err << "tickweir replay: " << options.captures[end.place.capture].string() << ": " << end.reason
        << " (byte " << end.place.offset << ")\n";
    return end.status == CaptureStatus::failed ? ExitStatus::failed : ExitStatus::damaged;
}

int give_up(std::ostream& err, const std::string& why, ExitStatus status) {
    err << "tickweir replay: " << why << '\n';
    return static_cast<int>(status);
}

replay::Result<JsonReplayWatchers> make_watchers(const ReplayOptions& options) {
    JsonReplayWatchers watchers;
    if (options.events) {
        auto events = LevelEventWriter::create(*options.events);
        if (!events) return events.error();
        watchers.events = std::make_unique<LevelEventWriter>(std::move(*events));
    }
    if (options.top_every) {
        auto sampler =
            TopSampler::create(options.top_every->file, options.top_every->every, options.depth);
        if (!sampler) return sampler.error();
        watchers.sampler = std::make_unique<TopSampler>(std::move(*sampler));
    }
    return watchers;
}

/// Whether a name, given by the user, is one of the instruments.
bool is_known(const std::vector<JsonReplayName>& names, const std::string& asked) {
    return std::ranges::any_of(names, [&](const JsonReplayName& name) {
        const std::string& symbol = name.venue->books().instruments()[name.index].symbol;
        return asked == symbol || asked == std::string{name.venue->venue()} + ':' + symbol;
    });
}

}  // namespace

replay::Result<JsonReplayResult> replay_json_once(const ReplayOptions& options,
                                                  JsonReplayWatchers watchers,
                                                  const InterruptGuard* guard) {
    const Clock::time_point start = Clock::now();
    const auto venue = venue_of(options);
    if (!venue) return venue.error();
    // A pipe can be opened once only, so that it is tried when it is its turn.
    for (std::size_t i = 1; i < options.captures.size(); ++i) {
        std::error_code error;
        if (!fs::is_regular_file(options.captures[i], error) && fs::exists(options.captures[i]))
            continue;
        if (auto tried = replay::JsonCapture::open(options.captures[i], *venue); !tried)
            return tried.error();
    }
    JsonReplayPlayer player{options, std::move(watchers)};
    {
        Progress progress{"frames"};
        for (std::size_t i = 0; i < options.captures.size(); ++i) {
            auto capture = replay::JsonCapture::open(options.captures[i], *venue);
            if (!capture && i == 0) return capture.error();
            if (!capture) {
                player.stop(CaptureStatus::failed, {i, 0}, capture.error());
                player.result().end.unreadable = true;
                break;
            }
            if (!player.play(*capture, i, guard, progress)) break;
        }
    }
    if (guard != nullptr && guard->interrupted()) return std::string{"interrupted"};
    JsonReplayResult result = player.finish();
    if (options.include_io)
        result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
}

std::vector<JsonReplayName> named_instruments(const ReplayOptions& options,
                                              const JsonReplayResult& result) {
    std::map<std::string_view, unsigned> venues_with;
    const auto each = [&](auto&& see) {
        for (const auto& venue : result.venues)
            for (std::size_t i = 0; i < venue->books().instruments().size(); ++i)
                if (venue->books().instruments()[i].counts.first_time_ns) see(*venue, i);
    };
    each([&](const JsonReplayBooks& venue, std::size_t i) {
        ++venues_with[venue.books().instruments()[i].symbol];
    });
    const SymbolFilter filter{options.symbols};
    std::vector<JsonReplayName> names;
    each([&](const JsonReplayBooks& venue, std::size_t i) {
        const std::string& symbol = venue.books().instruments()[i].symbol;
        const std::string full = std::string{venue.venue()} + ':' + symbol;
        if (filter.shows(symbol) || filter.shows(full))
            names.push_back({venues_with[symbol] > 1 ? full : symbol, &venue, i});
    });
    std::ranges::sort(names, {}, &JsonReplayName::name);
    return names;
}

int run_json_replay(const ReplayOptions& options, std::ostream& out, std::ostream& err) {
    // Files that are being written stand under another name, which is not to be left behind.
    std::optional<InterruptGuard> guard;
    if (options.events || options.top_every) guard.emplace();
    auto watchers = make_watchers(options);
    if (!watchers) return give_up(err, watchers.error(), ExitStatus::failed);
    auto result = replay_json_once(options, std::move(*watchers), guard ? &*guard : nullptr);
    if (!result) return give_up(err, result.error(), ExitStatus::usage);
    guard.reset();
    // A measurement is of the books alone. Pipes cannot be read again; there the watching counts.
    if (!options.include_io && are_regular(options)) {
        const auto again =
            replay_json_once(options, {.digests = false, .events = {}, .sampler = {}});
        if (again && again->frames == result->frames) result->seconds = again->seconds;
    }
    if (options.json)
        print_json_replay_json(options, *result, out);
    else
        print_json_replay_table(options, *result, out);
    const std::vector<JsonReplayName> names = named_instruments(options, *result);
    for (const std::string& symbol : options.symbols)
        if (!is_known(names, symbol))
            err << "tickweir replay: no instrument " << symbol << " in what was read\n";
    return static_cast<int>(tell_end(options, *result, err));
}

}  // namespace tickweir::gateway

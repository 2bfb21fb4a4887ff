#include "gateway/commands/replay_json_capture.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <system_error>
#include <utility>

#include "gateway/commands/json_line_batch.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using codecs::json::FrameStatus;
using codecs::json::VenueId;
using replay::CaptureStatus;

/// The venue that the options name; none where they name no venue of JSON captures.
replay::Result<std::optional<VenueId>> venue_of(const ReplayOptions& options) {
    if (options.venue == ReplayOptions{}.venue) return std::optional<VenueId>{};
    const auto venue = codecs::json::venue_named(options.venue);
    if (!venue) return "--venue: no JSON captures of " + options.venue + " are known";
    return std::optional<VenueId>{venue};
}

/// One pass over all captures.
class Player {
public:
    Player(const ReplayOptions& options, JsonReplayWatchers watchers)
        : options_{options}, watchers_{std::move(watchers)}, filter_{options.symbols} {}

    /// Plays one capture; false when the replay is over.
    bool play(replay::JsonCapture& capture, std::size_t index, const InterruptGuard* guard,
              Progress& progress);
    JsonReplayResult finish();

    void stop(CaptureStatus status, CapturePlace place, std::string reason) {
        result_.end = {status, false, place, std::move(reason)};
    }
    JsonReplayResult& result() { return result_; }

private:
    JsonReplayBooks& books_of(VenueId venue);
    bool apply(const JsonLineBatch& batch, std::size_t capture);
    bool apply_line(const replay::JsonLine& line, std::size_t capture);
    void begin(book::TimeNs first);
    void look_until(book::TimeNs time);
    void show();
    void sample();
    std::optional<book::TimeNs> instant(const std::optional<SessionTime>& time) const;

    const ReplayOptions& options_;
    JsonReplayWatchers watchers_;
    SymbolFilter filter_;
    JsonReplayResult result_;
    JsonReplayBooks* books_ = nullptr;
    std::optional<book::TimeNs> midnight_;
    std::optional<book::TimeNs> until_;
    std::optional<book::TimeNs> at_;
    book::TimeNs last_{};
    bool shown_ = false;
    bool stopped_at_until_ = false;
    Clock::duration busy_{0};
    Clock::duration aside_{0};
};

JsonReplayBooks& Player::books_of(VenueId venue) {
    for (const auto& books : result_.venues)
        if (books->books().venue() == venue) return *books;
    result_.venues.push_back(
        std::make_unique<JsonReplayBooks>(venue, watchers_.digests, watchers_.events.get()));
    return *result_.venues.back();
}

bool Player::play(replay::JsonCapture& capture, std::size_t index, const InterruptGuard* guard,
                  Progress& progress) {
    books_ = &books_of(capture.venue());
    JsonLineBatch batch;
    bool first = true;
    for (;;) {
        const CaptureStatus status = batch.fill(capture);
        if (!batch.lines().empty()) {
            if (std::exchange(first, false)) begin(batch.lines().front().time);
            const Clock::time_point start = Clock::now();
            const bool go_on = apply(batch, index);
            busy_ += Clock::now() - start;
            if (!go_on) return false;
        }
        if (guard != nullptr && guard->interrupted()) return false;
        if (progress.shown())
            progress.update({result_.frames, capture.file_position(), capture.file_bytes()});
        if (status == CaptureStatus::block) continue;
        if (status != CaptureStatus::end)
            stop(status, {index, capture.damage().offset}, capture.damage().what);
        return status == CaptureStatus::end;
    }
}

void Player::begin(book::TimeNs first) {
    books_->begin_capture(first);
    if (midnight_) return;
    midnight_ = std::chrono::floor<std::chrono::days>(first);
    if (options_.date) midnight_ = std::chrono::sys_days{*options_.date};
    until_ = instant(options_.until);
    at_ = instant(options_.at);
    if (watchers_.sampler) {
        const auto since = (first - *midnight_).count();
        watchers_.sampler->begin(since < 0 ? 0 : static_cast<std::uint64_t>(since));
    }
}

std::optional<book::TimeNs> Player::instant(const std::optional<SessionTime>& time) const {
    if (!time) return std::nullopt;
    return *midnight_ + since_midnight(*time, *midnight_);
}

bool Player::apply(const JsonLineBatch& batch, std::size_t capture) {
    for (const replay::JsonLine& line : batch.lines())
        if (!apply_line(line, capture)) return false;
    return true;
}

bool Player::apply_line(const replay::JsonLine& line, std::size_t capture) {
    if (until_ && line.time > *until_) {
        stopped_at_until_ = true;
        return false;
    }
    const bool is_frame = line.kind == replay::JsonLineKind::frame;
    if (is_frame && result_.frames == options_.max_messages) return false;
    if ((at_ && !shown_) || watchers_.sampler) look_until(line.time);
    last_ = std::max(last_, line.time);
    if (is_frame) ++result_.frames;
    if (line.kind != replay::JsonLineKind::sent) result_.bytes += line.text.size();
    const FrameStatus status = books_->apply(line);
    if (status == FrameStatus::ok || !options_.strict) [[likely]]
        return true;
    std::string reason = "refused: ";
    reason += to_string(status);
    if (const auto& refusal = books_->books().last_refusal()) {
        if (!refusal->error.field.empty())
            reason.append(" at \"").append(refusal->error.field).append("\"");
        reason += ", byte " + std::to_string(refusal->error.offset) + " of the text";
    }
    stop(CaptureStatus::damaged, {capture, line.offset}, std::move(reason));
    return false;
}

/// What has to be seen before a line of that time is applied.
void Player::look_until(book::TimeNs time) {
    const Clock::time_point start = Clock::now();
    if (at_ && !shown_ && time > *at_) show();
    while (watchers_.sampler && watchers_.sampler->due_ns() &&
           *midnight_ + std::chrono::nanoseconds{*watchers_.sampler->due_ns()} < time)
        sample();
    aside_ += Clock::now() - start;
}

void Player::show() {
    for (const auto& books : result_.venues)
        books->show(options_.depth);
    shown_ = true;
}

void Player::sample() {
    TopSampler& sampler = *watchers_.sampler;
    const book::TimeNs time = *midnight_ + std::chrono::nanoseconds{*sampler.due_ns()};
    for (const auto& books : result_.venues)
        books->sample(sampler, time, filter_);
    sampler.advance();
}

JsonReplayResult Player::finish() {
    if (watchers_.sampler && midnight_) {
        const book::TimeNs last = stopped_at_until_ ? *until_ : last_;
        while (*midnight_ + std::chrono::nanoseconds{*watchers_.sampler->due_ns()} <= last)
            sample();
    }
    if (!shown_) show();
    result_.seconds = std::chrono::duration<double>(busy_ - aside_).count();
    replay::Result<void> written;
    if (watchers_.events) written = watchers_.events->finish();
    if (watchers_.sampler) {
        const replay::Result<void> sampled = watchers_.sampler->finish();
        if (!written.has_error()) written = sampled;
    }
    if (written.has_error()) result_.output_error = written.error();
    return std::move(result_);
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
    Player player{options, std::move(watchers)};
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

// One pass over JSON captures: lines into books, the books that are shown, samples, and the time
// that the books took.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "gateway/commands/json_line_batch.hpp"
#include "gateway/commands/replay_json_capture.hpp"
#include "gateway/interrupt.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {

/// One owner thread. The options must outlive it.
class JsonReplayPlayer {
public:
    JsonReplayPlayer(const ReplayOptions& options, JsonReplayWatchers watchers)
        : options_{options}, watchers_{std::move(watchers)}, filter_{options.symbols} {}

    /// Plays one capture; false when the replay is over.
    bool play(replay::JsonCapture& capture, std::size_t index, const InterruptGuard* guard,
              Progress& progress);
    /// Takes the samples and the books that are still due, and gives files their names.
    JsonReplayResult finish();

    /// Says why the replay ends here.
    void stop(replay::CaptureStatus status, CapturePlace place, std::string reason) {
        result_.end = {status, false, place, std::move(reason)};
    }
    JsonReplayResult& result() { return result_; }

private:
    JsonReplayBooks& books_of(codecs::json::VenueId venue);
    bool apply(const JsonLineBatch& batch, std::size_t capture);
    bool apply_line(const replay::JsonLine& line, std::size_t capture);
    void begin(book::TimeNs first);
    void look_until(book::TimeNs time);
    void show();
    void sample();
    void sample_until(book::TimeNs time);
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
    std::chrono::nanoseconds busy_{0};
    std::chrono::nanoseconds aside_{0};
};

}  // namespace tickweir::gateway

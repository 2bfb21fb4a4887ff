// One pass over captures of JSON or of FIX, whoever makes something of what is in them: batch after
// batch, the time that this takes, how it ends, and what watches it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "gateway/commands/level_replay_outcome.hpp"
#include "gateway/commands/level_replay_view.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/interrupt.hpp"
#include "gateway/progress.hpp"

namespace tickweir::gateway {

/// One owner thread. The options must outlive it.
class LevelReplayPass {
public:
    LevelReplayPass(const ReplayOptions& options, LevelReplayWatchers watchers)
        : watchers_{std::move(watchers)}, view_{options, watchers_.sampler.get()} {}

    /// Plays one capture, a batch at a time; `apply` takes a batch, is measured, and answers
    /// whether to go on. False when the replay is over.
    template <class Batch, class Capture, class Apply>
    bool play(Capture& capture, std::size_t index, const InterruptGuard* guard, Progress& progress,
              Apply&& apply) {
        using replay::CaptureStatus;
        Batch batch;
        for (;;) {
            const CaptureStatus status = batch.fill(capture);
            const Clock::time_point start = Clock::now();
            const bool go_on = apply(batch);
            busy_ += Clock::now() - start;
            if (!go_on) return false;
            if (guard != nullptr && guard->interrupted()) return false;
            if (progress.shown())
                progress.update({outcome_.messages, capture.file_position(), capture.file_bytes()});
            if (status == CaptureStatus::block) continue;
            if (status != CaptureStatus::end)
                stop(status, {index, capture.damage().offset}, capture.damage().what);
            return status == CaptureStatus::end;
        }
    }

    /// Says why the replay ends here.
    void stop(replay::CaptureStatus status, CapturePlace place, std::string reason) {
        outcome_.end = {status, false, place, std::move(reason)};
    }
    /// The replay ends before a capture that cannot be opened.
    void stop_unreadable(std::size_t index, std::string reason) {
        outcome_.end = {replay::CaptureStatus::failed, true, {index, 0}, std::move(reason)};
    }

    /// Looks at the venues for the last time and finishes the files.
    template <class Venues>
    LevelReplayOutcome finish(const Venues& venues) {
        view_.finish(venues);
        outcome_.seconds = std::chrono::duration<double>(busy_ - view_.took()).count();
        if (const auto written = watchers_.finish(); !written)
            outcome_.output_error = written.error();
        return std::move(outcome_);
    }

    const LevelReplayWatchers& watchers() const { return watchers_; }
    LevelReplayView& view() { return view_; }
    /// As it stands; whoever plays counts in it.
    LevelReplayOutcome& outcome() { return outcome_; }

private:
    using Clock = std::chrono::steady_clock;

    LevelReplayWatchers watchers_;
    LevelReplayView view_;
    LevelReplayOutcome outcome_;
    std::chrono::nanoseconds busy_{0};
};

}  // namespace tickweir::gateway

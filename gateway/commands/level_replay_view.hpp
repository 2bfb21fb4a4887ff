// What a replay looks at while it goes on: the books as they stood at a time, samples of them at
// regular times, and the end that was asked for. Owns no books and applies nothing.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/symbol_filter.hpp"
#include "gateway/commands/top_sampler.hpp"

namespace tickweir::gateway {

/// One owner thread. Venues, where they are passed, are a range of pointers to what has
/// show(depth) and sample(sampler, time, filter).
class LevelReplayView {
public:
    /// No sampler: no samples are taken. Both must outlive it.
    LevelReplayView(const ReplayOptions& options, TopSampler* sampler)
        : options_{options}, filter_{options.symbols}, sampler_{sampler} {}

    /// Times of day are of the day of the first time that is told, unless `--date` names another.
    void begin(book::TimeNs first) {
        if (!midnight_) begin_day(first);
    }

    /// Whether the replay ends before what is of that time.
    [[nodiscard]] bool ends_before(book::TimeNs time) {
        ended_ = until_ && time > *until_;
        return ended_;
    }

    /// To be called before what is of that time is applied: shows and samples what is due by then.
    template <class Venues>
    void look_before(book::TimeNs time, const Venues& venues) {
        last_ = std::max(last_, time);
        const bool shows = at_ && !shown_;
        const bool samples = sampler_ != nullptr && midnight_;
        if (!shows && !samples) [[likely]]
            return;
        const Clock::time_point start = Clock::now();
        if (shows && time > *at_) show(venues);
        if (samples) sample_until(time, venues);
        took_ += Clock::now() - start;
    }

    /// Takes the samples up to the end of the replay, and the books if they are still to be shown.
    template <class Venues>
    void finish(const Venues& venues) {
        if (sampler_ != nullptr && midnight_) {
            const book::TimeNs last = ended_ ? *until_ : last_;
            if (last < book::TimeNs::max())
                sample_until(last + std::chrono::nanoseconds{1}, venues);
        }
        if (!shown_) show(venues);
    }

    /// The time that look_before() spent.
    std::chrono::nanoseconds took() const { return took_; }

private:
    using Clock = std::chrono::steady_clock;

    void begin_day(book::TimeNs first);
    std::optional<book::TimeNs> instant(const std::optional<SessionTime>& time) const;
    bool lies_far_behind(std::uint64_t since_ns) const;

    template <class Venues>
    void show(const Venues& venues) {
        for (const auto& books : venues)
            books->show(options_.depth);
        shown_ = true;
    }

    /// Takes the samples that are due before a time. Nothing is known of what lies within a day or
    /// more without anything: after one sample they go on behind it.
    template <class Venues>
    void sample_until(book::TimeNs time, const Venues& venues) {
        if (time <= *midnight_) return;
        const auto since = static_cast<std::uint64_t>((time - *midnight_).count());
        if (lies_far_behind(since)) {
            sample(venues);
            sampler_->begin(since);
        }
        while (*sampler_->due_ns() < since)
            sample(venues);
    }

    template <class Venues>
    void sample(const Venues& venues) {
        const book::TimeNs time = *midnight_ + std::chrono::nanoseconds{*sampler_->due_ns()};
        for (const auto& books : venues)
            books->sample(*sampler_, time, filter_);
        sampler_->advance();
    }

    const ReplayOptions& options_;
    SymbolFilter filter_;
    TopSampler* sampler_;
    std::optional<book::TimeNs> midnight_;
    std::optional<book::TimeNs> until_;
    std::optional<book::TimeNs> at_;
    book::TimeNs last_{};
    bool shown_ = false;
    bool ended_ = false;  // at `until_`
    std::chrono::nanoseconds took_{0};
};

}  // namespace tickweir::gateway

#include "gateway/commands/json_replay_player.hpp"

#include <algorithm>
#include <memory>

namespace tickweir::gateway {

using codecs::json::FrameStatus;
using codecs::json::VenueId;
using replay::CaptureStatus;
using Clock = std::chrono::steady_clock;

JsonReplayBooks& JsonReplayPlayer::books_of(VenueId venue) {
    for (const auto& books : result_.venues)
        if (books->books().venue() == venue) return *books;
    result_.venues.push_back(
        std::make_unique<JsonReplayBooks>(venue, watchers_.digests, watchers_.events.get()));
    return *result_.venues.back();
}

bool JsonReplayPlayer::play(replay::JsonCapture& capture, std::size_t index,
                            const InterruptGuard* guard, Progress& progress) {
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

void JsonReplayPlayer::begin(book::TimeNs first) {
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

std::optional<book::TimeNs> JsonReplayPlayer::instant(
    const std::optional<SessionTime>& time) const {
    if (!time) return std::nullopt;
    return *midnight_ + since_midnight(*time, *midnight_);
}

bool JsonReplayPlayer::apply(const JsonLineBatch& batch, std::size_t capture) {
    for (const replay::JsonLine& line : batch.lines())
        if (!apply_line(line, capture)) return false;
    return true;
}

bool JsonReplayPlayer::apply_line(const replay::JsonLine& line, std::size_t capture) {
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
void JsonReplayPlayer::look_until(book::TimeNs time) {
    const Clock::time_point start = Clock::now();
    if (at_ && !shown_ && time > *at_) show();
    if (watchers_.sampler) sample_until(time);
    aside_ += Clock::now() - start;
}

void JsonReplayPlayer::show() {
    for (const auto& books : result_.venues)
        books->show(options_.depth);
    shown_ = true;
}

/// Takes the samples that are due before a time. Nothing is known of what lies within a day or more
/// without any line: after one sample they go on behind it.
void JsonReplayPlayer::sample_until(book::TimeNs time) {
    constexpr std::uint64_t day_ns = 86'400'000'000'000;
    if (time <= *midnight_) return;
    TopSampler& sampler = *watchers_.sampler;
    const auto since = static_cast<std::uint64_t>((time - *midnight_).count());
    if (*sampler.due_ns() < since && since - *sampler.due_ns() > day_ns) {
        sample();
        sampler.begin(since);
    }
    while (*sampler.due_ns() < since)
        sample();
}

void JsonReplayPlayer::sample() {
    TopSampler& sampler = *watchers_.sampler;
    const book::TimeNs time = *midnight_ + std::chrono::nanoseconds{*sampler.due_ns()};
    for (const auto& books : result_.venues)
        books->sample(sampler, time, filter_);
    sampler.advance();
}

JsonReplayResult JsonReplayPlayer::finish() {
    if (watchers_.sampler && midnight_) {
        const book::TimeNs last = stopped_at_until_ ? *until_ : last_;
        if (last < book::TimeNs::max()) sample_until(last + std::chrono::nanoseconds{1});
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

}  // namespace tickweir::gateway

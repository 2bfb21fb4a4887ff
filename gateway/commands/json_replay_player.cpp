#include "gateway/commands/json_replay_player.hpp"

#include <memory>
#include <string>

namespace tickweir::gateway {

using codecs::json::FrameStatus;
using codecs::json::VenueId;

JsonReplayBooks& JsonReplayPlayer::books_of(VenueId venue) {
    for (const auto& books : result_.venues)
        if (books->books().venue() == venue) return *books;
    const LevelReplayWatchers& watchers = pass_.watchers();
    result_.venues.push_back(
        std::make_unique<JsonReplayBooks>(venue, watchers.digests, watchers.events.get()));
    return *result_.venues.back();
}

bool JsonReplayPlayer::play(replay::JsonCapture& capture, std::size_t index,
                            const InterruptGuard* guard, Progress& progress) {
    books_ = &books_of(capture.venue());
    began_ = false;
    return pass_.play<JsonLineBatch>(
        capture, index, guard, progress,
        [&](const JsonLineBatch& batch) { return apply(batch, index); });
}

bool JsonReplayPlayer::apply(const JsonLineBatch& batch, std::size_t capture) {
    if (!batch.lines().empty() && !std::exchange(began_, true)) {
        const book::TimeNs first = batch.lines().front().time;
        books_->begin_capture(first);
        pass_.view().begin(first);
    }
    for (const replay::JsonLine& line : batch.lines())
        if (!apply_line(line, capture)) return false;
    return true;
}

bool JsonReplayPlayer::apply_line(const replay::JsonLine& line, std::size_t capture) {
    LevelReplayOutcome& outcome = pass_.outcome();
    if (pass_.view().ends_before(line.time)) return false;
    const bool is_frame = line.kind == replay::JsonLineKind::frame;
    if (is_frame && outcome.messages == options_.max_messages) return false;
    pass_.view().look_before(line.time, result_.venues);
    if (is_frame) ++outcome.messages;
    if (line.kind != replay::JsonLineKind::sent) outcome.bytes += line.text.size();
    const FrameStatus status = books_->apply(line);
    if (status == FrameStatus::ok || !options_.strict) [[likely]]
        return true;
    refuse(line, capture, status);
    return false;
}

void JsonReplayPlayer::refuse(const replay::JsonLine& line, std::size_t capture,
                              FrameStatus status) {
    std::string reason = "refused: ";
    reason += to_string(status);
    if (const auto& refusal = books_->books().last_refusal()) {
        if (!refusal->error.field.empty())
            reason.append(" at \"").append(refusal->error.field).append("\"");
        reason += ", byte " + std::to_string(refusal->error.offset) + " of the text";
    }
    pass_.stop(replay::CaptureStatus::damaged, {capture, line.offset}, std::move(reason));
}

JsonReplayResult JsonReplayPlayer::finish() {
    result_.outcome = pass_.finish(result_.venues);
    return std::move(result_);
}

}  // namespace tickweir::gateway

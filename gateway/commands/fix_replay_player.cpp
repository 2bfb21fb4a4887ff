#include "gateway/commands/fix_replay_player.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "codecs/fix/fields.hpp"

namespace tickweir::gateway {

using replay::FixItem;
using replay::FixItemKind;

bool FixReplayPlayer::play(replay::FixCapture& capture, std::size_t index,
                           const InterruptGuard* guard, Progress& progress) {
    // A log may go on where the one before ended, which sequence numbers tell; streams do not.
    const std::uint32_t base = capture.is_pcap() ? streams_ + 1 : 0;
    capture_ = index;
    stream_base_ = base;
    reader_.emplace();
    const bool go_on = pass_.play<FixBlockBatch>(
        capture, index, guard, progress, [&](const FixBlockBatch& batch) { return apply(batch); });
    add_tcp(capture);
    return go_on;
}

void FixReplayPlayer::add_tcp(const replay::FixCapture& capture) {
    const replay::TcpTotals more = capture.tcp();
    replay::TcpTotals& all = result_.tcp;
    all.connections += more.connections;
    all.streams += more.streams;
    all.segments += more.segments;
    all.bytes += more.bytes;
    all.early_segments += more.early_segments;
    all.repeated_bytes += more.repeated_bytes;
    all.conflicting_bytes += more.conflicting_bytes;
    all.holes += more.holes;
    all.lost_bytes += more.lost_bytes;
    all.beyond_end_bytes += more.beyond_end_bytes;
    all.resets += more.resets;
    all.forgotten += more.forgotten;
    result_.other_streams += reader_->others().streams;
}

bool FixReplayPlayer::apply(const FixBlockBatch& batch) {
    FixItem item;
    for (const replay::FixBlock& block : batch.blocks()) {
        streams_ = std::max(streams_, stream_base_ + block.stream);
        reader_->begin(block);
        while (reader_->next(item))
            if (!take(item)) return false;
    }
    return true;
}

bool FixReplayPlayer::take(const FixItem& item) {
    switch (item.kind) {
        case FixItemKind::message:
            return take_message(item);
        case FixItemKind::damage:
            return take_damage(item);
        case FixItemKind::loss:
            lose_stream(stream_base_ + item.stream, SyncReason::connection_lost);
            return !options_.strict ||
                   refuse(item, std::to_string(item.bytes) + " bytes of a TCP stream are missing");
    }
    return true;
}

bool FixReplayPlayer::refuse(const FixItem& item, std::string reason) {
    pass_.stop(replay::CaptureStatus::damaged, {capture_, item.offset}, std::move(reason));
    return false;
}

bool FixReplayPlayer::take_damage(const FixItem& item) {
    if (!item.continues) result_.damage.add(item.reason);
    lose_stream(stream_base_ + item.stream, SyncReason::refused_frame);
    if (!options_.strict) return true;
    std::string reason = "refused: " + std::string{item.reason};
    if (item.tag != 0) reason += " at tag " + std::to_string(item.tag);
    return refuse(item, std::move(reason));
}

/// What was in it nobody knows: books that it may have changed are not to be trusted.
void FixReplayPlayer::lose_stream(std::uint32_t stream, SyncReason reason) {
    const auto& sessions = result_.sessions.all();
    const auto concerns = [&](std::uint32_t session) { return sessions[session].stream == stream; };
    for (const auto& books : result_.venues)
        books->on_loss(concerns, reason, now_.time_since_epoch().count());
}

bool FixReplayPlayer::take_message(const FixItem& item) {
    LevelReplayOutcome& outcome = pass_.outcome();
    if (outcome.messages == options_.max_messages) return false;
    const codecs::fix::Message& message = *item.message;
    const FixSessionStep step = result_.sessions.on_message(message, stream_base_ + item.stream);
    if (!note_time(item, step.sent_ns)) return false;
    ++outcome.messages;
    outcome.bytes += item.bytes;
    result_.by_type.add(message.msg_type());
    if (item.wrong_body_length) ++result_.wrong_body_lengths;
    if (item.wrong_checksum) ++result_.wrong_checksums;
    tell_sequence(step, message.msg_type());
    const MdStatus status = FixBooks::is_market_data(message.msg_type())
                                ? take_market_data(message, step)
                                : MdStatus::ok;
    if (!options_.strict) [[likely]]
        return true;
    if (item.wrong_body_length) return refuse(item, "refused: wrong BodyLength");
    if (item.wrong_checksum) return refuse(item, "refused: wrong CheckSum");
    if (status == MdStatus::ok) return true;
    std::string reason = "refused: ";
    reason += to_string(status);
    const FixRefusal& why = books_of(step.sender)->books().last_refusal();
    if (why.tag != 0) reason += " at tag " + std::to_string(why.tag);
    return refuse(item, std::move(reason));
}

/// Subscriptions end with their connection, and a reset may pass over messages: books that depend
/// on the session's numbers wait for their next snapshot then.
void FixReplayPlayer::tell_sequence(const FixSessionStep& step, std::string_view msg_type) {
    namespace type = codecs::fix::msg_type;
    const bool is_gap = step.sequence == FixSequence::gap;
    const bool ends =
        step.sequence == FixSequence::reset || msg_type == type::logon || msg_type == type::logout;
    if (is_gap || ends)
        for (const auto& books : result_.venues)
            books->on_loss([&](std::uint32_t session) { return session == step.session; },
                           is_gap ? SyncReason::gap : SyncReason::connection_lost,
                           now_.time_since_epoch().count());
    if (step.sequence == FixSequence::reset)
        for (const auto& books : result_.venues)
            books->on_reset(step.session);
}

MdStatus FixReplayPlayer::take_market_data(const codecs::fix::Message& message,
                                           const FixSessionStep& step) {
    FixReplayBooks* const books = books_of(step.sender);
    if (books == nullptr) {
        ++result_.over_limit;
        return MdStatus::ok;
    }
    return books->apply(message, {step.session, now_.time_since_epoch().count(),
                                  step.sequence == FixSequence::repeated});
}

FixReplayBooks* FixReplayPlayer::books_of(std::string_view sender) {
    for (const auto& books : result_.venues)
        if (books->sender() == sender) return books.get();
    if (result_.venues.size() >= senders_max || sender.size() > FixSessions::id_bytes_max)
        return nullptr;
    std::string venue{sender.empty() ? std::string_view{"fix"} : sender};
    if (options_.venue != ReplayOptions{}.venue) venue = options_.venue;
    const LevelReplayWatchers& watchers = pass_.watchers();
    result_.venues.push_back(std::make_unique<FixReplayBooks>(
        std::move(venue), std::string{sender}, watchers.digests, watchers.events.get()));
    return result_.venues.back().get();
}

/// A packet's time, else the sender's, else that of the message before. False: it is too late.
bool FixReplayPlayer::note_time(const FixItem& item, std::optional<std::int64_t> sent_ns) {
    if (item.received)
        now_ = *item.received;
    else if (sent_ns)
        now_ = book::TimeNs{std::chrono::nanoseconds{*sent_ns}};
    LevelReplayView& view = pass_.view();
    if (now_ != book::TimeNs{}) view.begin(now_);
    if (view.ends_before(now_)) return false;
    view.look_before(now_, result_.venues);
    return true;
}

FixReplayResult FixReplayPlayer::finish() {
    result_.outcome = pass_.finish(result_.venues);
    return std::move(result_);
}

}  // namespace tickweir::gateway

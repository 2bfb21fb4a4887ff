#include "gateway/commands/fix_replay_player.hpp"

#include <algorithm>
#include <memory>

namespace tickweir::gateway {

using replay::CaptureStatus;
using replay::FixItem;
using replay::FixItemKind;
using Clock = std::chrono::steady_clock;

bool FixReplayPlayer::play(replay::FixCapture& capture, std::size_t index,
                           const InterruptGuard* guard, Progress& progress) {
    // A log may go on where the one before ended, which sequence numbers tell; streams do not.
    const std::uint32_t base = capture.is_pcap() ? streams_ + 1 : 0;
    capture_ = index;
    stream_base_ = base;
    reader_.emplace();
    FixBlockBatch batch;
    for (;;) {
        const CaptureStatus status = batch.fill(capture);
        const Clock::time_point start = Clock::now();
        const bool go_on = apply(batch);
        busy_ += Clock::now() - start;
        if (!go_on || status != CaptureStatus::block) add_tcp(capture);
        if (!go_on) return false;
        if (guard != nullptr && guard->interrupted()) return false;
        if (progress.shown())
            progress.update({result_.messages, capture.file_position(), capture.file_bytes()});
        if (status == CaptureStatus::block) continue;
        if (status != CaptureStatus::end)
            stop(status, {index, capture.damage().offset}, capture.damage().what);
        return status == CaptureStatus::end;
    }
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
    stop(CaptureStatus::damaged, {capture_, item.offset}, std::move(reason));
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
    if (result_.messages == options_.max_messages) return false;
    const codecs::fix::Message& message = *item.message;
    const FixSessionStep step = result_.sessions.on_message(message, stream_base_ + item.stream);
    if (!note_time(item, step.sent_ns)) return false;
    ++result_.messages;
    result_.bytes += item.bytes;
    result_.by_type.add(message.msg_type());
    if (item.wrong_body_length) ++result_.wrong_body_lengths;
    if (item.wrong_checksum) ++result_.wrong_checksums;
    tell_sequence(step);
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

void FixReplayPlayer::tell_sequence(const FixSessionStep& step) {
    if (step.sequence == FixSequence::gap)
        for (const auto& books : result_.venues)
            books->on_loss([&](std::uint32_t session) { return session == step.session; },
                           SyncReason::gap, now_.time_since_epoch().count());
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
    result_.venues.push_back(std::make_unique<FixReplayBooks>(
        std::move(venue), std::string{sender}, watchers_.digests, watchers_.events.get()));
    return result_.venues.back().get();
}

// ----------------------------------------------------------------------------------------------
// time

/// A packet's time, else the sender's, else that of the message before. False: it is too late.
bool FixReplayPlayer::note_time(const FixItem& item, std::optional<std::int64_t> sent_ns) {
    if (item.received)
        now_ = *item.received;
    else if (sent_ns)
        now_ = book::TimeNs{std::chrono::nanoseconds{*sent_ns}};
    if (!midnight_ && now_ != book::TimeNs{}) begin(now_);
    if (until_ && now_ > *until_) {
        stopped_at_until_ = true;
        return false;
    }
    if ((at_ && !shown_) || (watchers_.sampler && midnight_)) look_until(now_);
    last_ = std::max(last_, now_);
    return true;
}

void FixReplayPlayer::begin(book::TimeNs first) {
    midnight_ = std::chrono::floor<std::chrono::days>(first);
    if (options_.date) midnight_ = std::chrono::sys_days{*options_.date};
    until_ = instant(options_.until);
    at_ = instant(options_.at);
    if (!watchers_.sampler) return;
    const auto since = (first - *midnight_).count();
    watchers_.sampler->begin(since < 0 ? 0 : static_cast<std::uint64_t>(since));
}

std::optional<book::TimeNs> FixReplayPlayer::instant(const std::optional<SessionTime>& time) const {
    if (!time) return std::nullopt;
    return *midnight_ + since_midnight(*time, *midnight_);
}

/// What has to be seen before a message of that time is applied.
void FixReplayPlayer::look_until(book::TimeNs time) {
    const Clock::time_point start = Clock::now();
    if (at_ && !shown_ && time > *at_) show();
    if (watchers_.sampler) sample_until(time);
    aside_ += Clock::now() - start;
}

void FixReplayPlayer::show() {
    for (const auto& books : result_.venues)
        books->show(options_.depth);
    shown_ = true;
}

/// Takes the samples that are due before a time. Nothing is known of what lies within a day or more
/// without any message: after one sample they go on behind it.
void FixReplayPlayer::sample_until(book::TimeNs time) {
    constexpr std::uint64_t day_ns = 86'400'000'000'000;
    TopSampler& sampler = *watchers_.sampler;
    if (time <= *midnight_) return;
    const auto since = static_cast<std::uint64_t>((time - *midnight_).count());
    if (sampler.due_ns() && since > *sampler.due_ns() && since - *sampler.due_ns() > day_ns) {
        sample();
        sampler.begin(since);
    }
    while (*sampler.due_ns() < since)
        sample();
}

void FixReplayPlayer::sample() {
    TopSampler& sampler = *watchers_.sampler;
    const book::TimeNs time = *midnight_ + std::chrono::nanoseconds{*sampler.due_ns()};
    for (const auto& books : result_.venues)
        books->sample(sampler, time, filter_);
    sampler.advance();
}

FixReplayResult FixReplayPlayer::finish() {
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

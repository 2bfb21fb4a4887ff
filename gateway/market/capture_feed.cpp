#include "gateway/market/capture_feed.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "codecs/itch/framing.hpp"
#include "gateway/feeds/due_time.hpp"
#include "gateway/feeds/itch_books_impl.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned records_per_turn = 32;
/// A capture that is empty, or cannot be opened again, is not tried more often.
constexpr std::chrono::seconds empty_round_pause{1};

std::int64_t count_of(book::TimeNs time) {
    return time.time_since_epoch().count();
}

}  // namespace

CaptureFeed::CaptureFeed(CaptureFeedOptions options, std::vector<MarketInput> shards,
                         book::TimeNs now, std::optional<replay::Capture> first)
    : options_{std::move(options)},
      output_{std::move(shards)},
      health_{FeedHealthSettings{.stale_after = options_.stale_after}, now},
      capture_{std::move(first)},
      pacer_{options_.speed} {
    std::string why;
    if (!open(0, why)) throw std::runtime_error{"feed " + options_.name + ": " + why};
    health_.on_connected(now);
    publish_status();
}

bool CaptureFeed::open(std::size_t path, std::string& why) {
    const bool given = path_ == path && capture_ && !clock_;  // to the constructor
    path_ = path;
    if (!given) {
        capture_.reset();
        auto capture = replay::Capture::open(options_.paths[path]);
        if (!capture) return why = capture.error(), false;
        capture_.emplace(std::move(*capture));
    }
    auto clock = SessionClock::make(options_.timezone, std::nullopt, options_.paths[path]);
    if (!clock) return why = clock.error(), false;
    clock_.emplace(std::move(*clock));
    block_open_ = false;
    session_pending_ = true;
    return true;
}

bool CaptureFeed::turn(book::TimeNs now) {
    if (over_ || stopped_) return false;
    bool worked = watch_silence(now);
    if (due_ && now < *due_) {
        if (worked) hand_over();
        return worked;
    }
    due_.reset();
    for (unsigned i = 0; i < records_per_turn; ++i) {
        const Step done = step(now);
        if (done == Step::worked) {
            worked = true;
            continue;
        }
        if (done == Step::full) {
            ++counts_.waits;
            due_ = now + full_ring_pause;
        }
        break;
    }
    hand_over();
    return worked;
}

std::optional<book::TimeNs> CaptureFeed::next_due() const {
    const auto silent =
        options_.stale_after.count() == 0 || over_ ? std::nullopt : health_.next_due();
    return earlier(due_, silent);
}

/// Shows the shards what was written, and everybody what the feed does.
void CaptureFeed::hand_over() {
    output_.hand_over();
    publish_status();
}

/// Whether a silence began to matter, or could be told at last.
bool CaptureFeed::watch_silence(book::TimeNs now) {
    if (options_.stale_after.count() != 0 && health_.on_tick(now) == SyncChange::lost)
        silence_.on_silent();
    return silence_.pending() && tell_silence(now);
}

bool CaptureFeed::tell_silence(book::TimeNs now) {
    const auto kind = *silence_.pending() == SilenceMarks::Mark::stale ? FeedRecordKind::stale
                                                                       : FeedRecordKind::live;
    if (!output_.send_mark(kind, now)) return false;
    silence_.sent();
    return true;
}

void CaptureFeed::stop(book::TimeNs) {
    stopped_ = true;
    due_.reset();
}

CaptureFeed::Step CaptureFeed::step(book::TimeNs now) {
    if (silence_.pending()) return tell_silence(now) ? Step::worked : Step::full;
    if (ending_) return end(now);
    if (!block_open_) return next_block(now);
    if (lost_pending_) {
        if (!output_.send_mark(FeedRecordKind::lost, now)) return Step::full;
        lost_pending_ = false;
        ++counts_.gaps;
        counts_.lost += block_.lost_before;
        health_.on_gap(now);
        return Step::worked;
    }
    return send_messages(now);
}

CaptureFeed::Step CaptureFeed::next_block(book::TimeNs now) {
    const replay::CaptureStatus status = capture_->next(block_);
    if (status == replay::CaptureStatus::block) {
        block_open_ = true;
        consumed_ = 0;
        session_pending_ = session_pending_ || block_.new_session;
        lost_pending_ = block_.lost_before != 0;
        return Step::worked;
    }
    if (status != replay::CaptureStatus::end)
        note_damage(capture_->damage().what, capture_->damage().offset);
    return next_capture(now);
}

/// The next path, or the first one again in a loop; else the feed is over.
CaptureFeed::Step CaptureFeed::next_capture(book::TimeNs now) {
    const bool again = path_ + 1 == options_.paths.size();
    if (again && !options_.loop) return end(now);
    // A round that had nothing to send must not become a busy loop.
    if (again && session_pending_) due_ = now + empty_round_pause;
    std::string why;
    if (!open(again ? 0 : path_ + 1, why)) {
        note(std::move(why));
        return end(now);
    }
    if (again) {
        health_.on_ended(now);
        health_.on_connected(now);
    }
    return due_ ? Step::not_due : Step::worked;
}

/// Nothing more will come, and nobody shall take the books for those of now.
CaptureFeed::Step CaptureFeed::end(book::TimeNs now) {
    ending_ = true;
    due_.reset();
    if (!output_.send_mark(FeedRecordKind::ended, now)) return Step::full;
    health_.on_ended(now);
    over_ = true;
    return Step::worked;
}

std::int64_t CaptureFeed::time_of(codecs::Bytes message) const {
    if (block_.received) return count_of(*block_.received);
    const auto since_midnight = itch_peek::time(message);
    return since_midnight ? static_cast<std::int64_t>(*since_midnight) : last_time_ns_;
}

/// Sends the run of messages at the front of the block that are due by now.
CaptureFeed::Step CaptureFeed::send_messages(book::TimeNs now) {
    const codecs::Bytes rest = block_.frames.subspan(consumed_);
    codecs::itch::FrameCursor cursor{rest};
    codecs::Bytes message;
    FrameRun run;
    while (run.messages < feed_record_messages_max) {
        const codecs::itch::FrameStatus found = cursor.next(message);
        if (found == codecs::itch::FrameStatus::end_marker) continue;
        if (found != codecs::itch::FrameStatus::message) {
            if (found == codecs::itch::FrameStatus::zero_length_damage) {
                note_damage("itch: a message of length zero where another one follows",
                            block_.offset + consumed_ + cursor.position());
                if (run.messages == 0) return next_capture(now);
            }
            break;
        }
        if (cursor.position() > feed_record_bytes_max && run.messages != 0) break;
        if (run.messages == 0 && session_pending_) begin_session(time_of(message), now);
        last_time_ns_ = time_of(message);
        const book::TimeNs due = pacer_.due(last_time_ns_, now);
        if (due > now) {
            due_ = due;
            break;
        }
        ++run.messages;
        run.bytes = cursor.position();
    }
    if (run.messages == 0) {
        if (due_) return Step::not_due;
        capture_->consumed(consumed_ + cursor.position());
        block_open_ = false;
        return Step::worked;
    }
    if (session_pending_) {
        if (!output_.send_mark(FeedRecordKind::session, now)) return Step::full;
        session_pending_ = false;
        ++counts_.sessions;
    }
    if (!output_.send_run(rest.first(run.bytes), run.messages, now)) return Step::full;
    consumed_ += run.bytes;
    counts_.messages += run.messages;
    counts_.bytes += run.bytes;
    counts_.last_data_ns = count_of(now);
    // A file loses nothing: what comes after a silence makes the books right again.
    if (health_.on_data(now) == SyncChange::restored) silence_.on_heard();
    return Step::worked;
}

/// Times of a looped capture are moved so that its first message is of now.
void CaptureFeed::begin_session(std::int64_t first_ns, book::TimeNs now) {
    pacer_.restart();
    const SessionDate date = clock_->date_of(block_.received);
    const std::int64_t midnight = count_of(clock_->to_utc(date, 0));
    const std::int64_t first = block_.received ? first_ns : midnight + first_ns;
    output_.set_midnight(options_.loop ? midnight + (count_of(now) - first) : midnight);
}

void CaptureFeed::note(std::string trouble) {
    trouble_ = std::move(trouble);
    log::module("feed").warning("{}: {}", options_.name, trouble_);
}

/// `offset` counts decompressed bytes, as everywhere.
void CaptureFeed::note_damage(const std::string& what, std::uint64_t offset) {
    note(options_.paths[path_].string() + ": " + what + " (byte " + std::to_string(offset) + ")");
}

void CaptureFeed::publish_status() {
    counts_.tell(health_);
    status_.store(counts_);
}

}  // namespace tickweir::gateway

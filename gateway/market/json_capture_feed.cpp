#include "gateway/market/json_capture_feed.hpp"

#include <algorithm>
#include <utility>

#include "gateway/feeds/due_time.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

constexpr unsigned lines_per_turn = 512;
constexpr std::size_t bytes_per_turn = 1U << 20;
/// A capture that is empty, or cannot be opened again, is not tried more often.
constexpr std::chrono::seconds empty_round_pause{1};
/// How often books are told that time has passed, by the capture's clock.
constexpr std::chrono::milliseconds tick_interval{200};

}  // namespace

JsonCaptureFeed::JsonCaptureFeed(CaptureFeedOptions options, MarketInput shard,
                                 replay::JsonCapture first, book::TimeNs now)
    : options_{std::move(options)},
      output_{shard},
      health_{FeedHealthSettings{.stale_after = options_.stale_after}, now},
      capture_{std::move(first)},
      venue_{capture_.venue()},
      pacer_{options_.speed} {
    health_.on_connected(now);
    hand_over();
}

bool JsonCaptureFeed::turn(book::TimeNs now) {
    if (over_ || stopped_) return false;
    if (options_.stale_after.count() != 0 && health_.on_tick(now) == SyncChange::lost)
        silence_.on_silent();
    if (due_ && now < *due_ && !silence_.pending()) return false;
    const std::optional<book::TimeNs> due = std::exchange(due_, std::nullopt);
    bool worked = false;
    turn_bytes_ = 0;
    for (unsigned i = 0; i < lines_per_turn && turn_bytes_ < bytes_per_turn && !over_; ++i) {
        const Step done = due && now < *due && !silence_.pending() ? Step::not_due : step(now);
        if (done == Step::worked) {
            worked = true;
            continue;
        }
        if (done == Step::full) {
            ++counts_.waits;
            due_ = now + full_ring_pause;
        } else if (!due_) {
            due_ = due;
        }
        break;
    }
    hand_over();
    return worked;
}

std::optional<book::TimeNs> JsonCaptureFeed::next_due() const {
    const auto silent =
        options_.stale_after.count() == 0 || over_ ? std::nullopt : health_.next_due();
    return earlier(due_, silent);
}

void JsonCaptureFeed::stop(book::TimeNs) {
    stopped_ = true;
    due_.reset();
}

JsonCaptureFeed::Step JsonCaptureFeed::step(book::TimeNs now) {
    // The parts of a text are not to be parted.
    if (line_open_ && sent_.bytes != 0) return send_line(now);
    if (silence_.pending()) return tell_silence(now);
    if (ending_) return end(now);
    if (!line_open_) return next_line(now);
    return send_line(now);
}

JsonCaptureFeed::Step JsonCaptureFeed::tell_silence(book::TimeNs now) {
    const auto kind = *silence_.pending() == SilenceMarks::Mark::stale ? JsonRecordKind::stale
                                                                       : JsonRecordKind::live;
    const Step done = send_mark(kind, RecordTimes::at(now));
    if (done == Step::worked) silence_.sent();
    return done;
}

JsonCaptureFeed::Step JsonCaptureFeed::next_line(book::TimeNs now) {
    const replay::CaptureStatus status = capture_.next(line_);
    if (status == replay::CaptureStatus::block) {
        line_open_ = line_.kind != replay::JsonLineKind::sent;
        sent_ = {};
        return Step::worked;
    }
    if (status != replay::CaptureStatus::end)
        // The offset counts decompressed bytes, as everywhere.
        note(options_.paths[path_].string() + ": " + capture_.damage().what + " (byte " +
             std::to_string(capture_.damage().offset) + ")");
    return next_capture(now);
}

/// The next path, or the first one again in a loop; else the feed is over.
JsonCaptureFeed::Step JsonCaptureFeed::next_capture(book::TimeNs now) {
    const bool again = path_ + 1 == options_.paths.size();
    if (again && !options_.loop) return end(now);
    // A round that had nothing to send must not become a busy loop.
    if (again && beginning_ == Beginning::not_yet) due_ = now + empty_round_pause;
    if (!open(again ? 0 : path_ + 1)) return end(now);
    if (again) {
        health_.on_ended(now);
        health_.on_connected(now);
    }
    return due_ ? Step::not_due : Step::worked;
}

bool JsonCaptureFeed::open(std::size_t path) {
    auto capture = replay::JsonCapture::open(options_.paths[path], venue_);
    if (!capture) return note(capture.error()), false;
    path_ = path;
    capture_ = std::move(*capture);
    beginning_ = Beginning::not_yet;
    return true;
}

/// Nothing more will come, and nobody shall take the books for those of now.
JsonCaptureFeed::Step JsonCaptureFeed::end(book::TimeNs now) {
    ending_ = true;
    due_.reset();
    if (send_mark(JsonRecordKind::ended, RecordTimes::at(now)) == Step::full) return Step::full;
    health_.on_ended(now);
    over_ = true;
    return Step::worked;
}

/// Times of a looped capture are moved so that its first line is of now.
JsonCaptureFeed::Step JsonCaptureFeed::begin_session(book::TimeNs now) {
    shift_ = options_.loop ? now - line_.time : std::chrono::nanoseconds{0};
    const RecordTimes times = times_of(line_, now);
    if (beginning_ == Beginning::not_yet) {
        if (send_mark(JsonRecordKind::session, times) == Step::full) return Step::full;
        beginning_ = Beginning::session_told;
        ++counts_.sessions;
    }
    if (send_mark(JsonRecordKind::connected, times) == Step::full) return Step::full;
    beginning_ = Beginning::done;
    pacer_.restart();
    next_tick_ = line_.time + tick_interval;
    return Step::worked;
}

JsonCaptureFeed::Step JsonCaptureFeed::send_line(book::TimeNs now) {
    if (beginning_ != Beginning::done) return begin_session(now);
    const book::TimeNs due = pacer_.due(line_.time.time_since_epoch().count(), now);
    if (due > now && sent_.bytes == 0) {
        due_ = due;
        return Step::not_due;
    }
    const RecordTimes times = times_of(line_, now);
    if (line_.time >= next_tick_ && sent_.bytes == 0) {
        if (send_mark(JsonRecordKind::tick, times) == Step::full) return Step::full;
        next_tick_ = line_.time + tick_interval;
    }
    const std::size_t before = sent_.bytes;
    const bool whole = line_.kind == replay::JsonLineKind::frame
                           ? output_.send_frame(0, line_.text, times, sent_)
                           : output_.send_answer(0, line_.target, line_.text, times, sent_);
    turn_bytes_ += sent_.bytes - before;
    if (!whole) return Step::full;
    line_open_ = false;
    ++counts_.messages;
    counts_.bytes += line_.text.size();
    counts_.last_data_ns = now.time_since_epoch().count();
    // A file loses nothing: what comes after a silence makes the books right again.
    if (health_.on_data(now) == SyncChange::restored) silence_.on_heard();
    return Step::worked;
}

RecordTimes JsonCaptureFeed::times_of(const replay::JsonLine& line, book::TimeNs now) const {
    return {.received = now, .time = line.time + shift_, .shift = shift_};
}

void JsonCaptureFeed::note(std::string trouble) {
    trouble_ = std::move(trouble);
    log::module("feed").warning("{}: {}", options_.name, trouble_);
}

/// Shows the shard what was written, and everybody what the feed does.
void JsonCaptureFeed::hand_over() {
    output_.hand_over();
    counts_.tell(health_);
    status_.store(counts_);
}

}  // namespace tickweir::gateway

// One pass over captures of FIX: blocks into messages, messages into books, the books that are
// shown, samples, and the time that all this took.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "gateway/commands/fix_block_batch.hpp"
#include "gateway/commands/replay_fix.hpp"
#include "gateway/interrupt.hpp"
#include "gateway/progress.hpp"
#include "replay/fix_reader.hpp"

namespace tickweir::gateway {

/// One owner thread. The options must outlive it.
class FixReplayPlayer {
public:
    /// Beyond, a sender's messages are counted and build no books.
    static constexpr std::size_t senders_max = 256;

    FixReplayPlayer(const ReplayOptions& options, FixReplayWatchers watchers)
        : options_{options}, watchers_{std::move(watchers)}, filter_{options.symbols} {}

    /// Plays one capture; false when the replay is over.
    bool play(replay::FixCapture& capture, std::size_t index, const InterruptGuard* guard,
              Progress& progress);
    /// Takes the samples and the books that are still due, and gives files their names.
    FixReplayResult finish();

    /// Says why the replay ends here.
    void stop(replay::CaptureStatus status, CapturePlace place, std::string reason) {
        result_.end = {status, false, place, std::move(reason)};
    }
    FixReplayResult& result() { return result_; }

private:
    bool apply(const FixBlockBatch& batch);
    bool take(const replay::FixItem& item);
    bool take_message(const replay::FixItem& item);
    bool take_damage(const replay::FixItem& item);
    bool refuse(const replay::FixItem& item, std::string reason);
    bool note_time(const replay::FixItem& item, std::optional<std::int64_t> sent_ns);
    MdStatus take_market_data(const codecs::fix::Message& message, const FixSessionStep& step);
    void lose_stream(std::uint32_t stream, SyncReason reason);
    void tell_sequence(const FixSessionStep& step);
    FixReplayBooks* books_of(std::string_view sender);
    void begin(book::TimeNs first);
    void look_until(book::TimeNs time);
    void show();
    void sample();
    void sample_until(book::TimeNs time);
    void add_tcp(const replay::FixCapture& capture);
    std::optional<book::TimeNs> instant(const std::optional<SessionTime>& time) const;

    const ReplayOptions& options_;
    FixReplayWatchers watchers_;
    SymbolFilter filter_;
    FixReplayResult result_;
    std::optional<replay::FixReader> reader_;  // of the capture at hand
    std::size_t capture_ = 0;
    std::uint32_t stream_base_ = 0;  // of the capture at hand; a file has stream 0
    std::uint32_t streams_ = 0;
    std::optional<book::TimeNs> midnight_;
    std::optional<book::TimeNs> until_;
    std::optional<book::TimeNs> at_;
    book::TimeNs now_{};
    book::TimeNs last_{};
    bool shown_ = false;
    bool stopped_at_until_ = false;
    std::chrono::nanoseconds busy_{0};
    std::chrono::nanoseconds aside_{0};
};

}  // namespace tickweir::gateway

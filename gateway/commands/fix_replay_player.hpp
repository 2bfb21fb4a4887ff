// One pass over captures of FIX: blocks into messages, messages into books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "gateway/commands/fix_block_batch.hpp"
#include "gateway/commands/level_replay_pass.hpp"
#include "gateway/commands/replay_fix.hpp"
#include "replay/fix_reader.hpp"

namespace tickweir::gateway {

/// One owner thread. The options must outlive it.
class FixReplayPlayer {
public:
    using Result = FixReplayResult;

    /// Beyond, a sender's messages are counted and build no books.
    static constexpr std::size_t senders_max = 256;

    FixReplayPlayer(const ReplayOptions& options, LevelReplayWatchers watchers)
        : options_{options}, pass_{options, std::move(watchers)} {}

    /// Plays one capture; false when the replay is over.
    bool play(replay::FixCapture& capture, std::size_t index, const InterruptGuard* guard,
              Progress& progress);
    /// Takes the samples and the books that are still due, and gives files their names.
    FixReplayResult finish();

    LevelReplayPass& pass() { return pass_; }

private:
    bool apply(const FixBlockBatch& batch);
    bool take(const replay::FixItem& item);
    bool take_message(const replay::FixItem& item);
    bool take_damage(const replay::FixItem& item);
    bool refuse(const replay::FixItem& item, std::string reason);
    bool note_time(const replay::FixItem& item, std::optional<std::int64_t> sent_ns);
    MdStatus take_market_data(const codecs::fix::Message& message, const FixSessionStep& step);
    void lose_stream(std::uint32_t stream, SyncReason reason);
    void tell_sequence(const FixSessionStep& step, std::string_view msg_type);
    FixReplayBooks* books_of(std::string_view sender);
    void add_tcp(const replay::FixCapture& capture);

    const ReplayOptions& options_;
    LevelReplayPass pass_;
    FixReplayResult result_;
    std::optional<replay::FixReader> reader_;  // of the capture at hand
    std::size_t capture_ = 0;
    std::uint32_t stream_base_ = 0;  // of the capture at hand; a file has stream 0
    std::uint32_t streams_ = 0;
    book::TimeNs now_{};
};

}  // namespace tickweir::gateway

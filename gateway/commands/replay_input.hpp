// Several captures as one stream of batches of whole ITCH messages: what the books of a replay are
// fed with. Tells where each byte came from and which day it belongs to. Builds no books.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/commands/session_join.hpp"
#include "replay/capture.hpp"

namespace tickweir::gateway {

/// Where something stands in the captures.
struct CapturePlace {
    std::size_t capture = 0;   ///< index in the options
    std::uint64_t offset = 0;  ///< in the decompressed file; of a message in a packet: the packet's
};

/// A run of whole frames of one session, or a loss or a new session without any.
struct ReplayBatch {
    /// Where frames stand: in a file byte by byte, in a packet all of them at its record.
    struct Piece {
        std::size_t at = 0;
        std::uint64_t offset = 0;
        bool packet = false;
    };

    codecs::Bytes frames;  ///< followed by Block::padding readable bytes
    std::size_t capture = 0;
    book::TimeNs midnight;          ///< of the session's day at the exchange
    std::uint64_t lost_before = 0;  ///< messages missing directly before
    bool new_session = false;       ///< another session than before begins
    bool system_start = false;      ///< the first message is the system event that starts a day
    bool lost_after = false;        ///< the last message has a wrong length: anything may be lost
    std::uint64_t duplicates = 0;   ///< messages dropped so far because they came before
    std::span<const Piece> pieces;
    std::size_t base = 0;  ///< the place of `frames[0]` in the terms of `Piece::at`

    /// Of a byte of `frames`.
    CapturePlace place(std::size_t at) const;
};

/// How reading ended.
struct ReplayEnd {
    replay::CaptureStatus status = replay::CaptureStatus::end;
    bool unreadable = false;  ///< a later capture could not be opened; `reason` names it
    CapturePlace place;
    std::string reason;  ///< empty at a plain end
};

/// Reads the captures of a replay once. The options must outlive it. One owner thread.
class ReplayInput {
public:
    /// Opens the first capture, and tries whether the others could be. The error is one line.
    static replay::Result<ReplayInput> open(const ReplayOptions& options);

    /// Gives the next batch, valid until the next call; false at the end.
    [[nodiscard]] bool next(ReplayBatch& batch);

    const ReplayEnd& end() const { return end_; }
    /// Messages dropped because they came before.
    std::uint64_t duplicates() const;

    /// For progress: bytes of the files that were read, and of how many if that is known.
    std::uint64_t file_position() const;
    std::optional<std::uint64_t> file_bytes() const { return file_bytes_; }

private:
    /// Packets are gathered up to this much.
    static constexpr std::size_t gather_bytes = std::size_t{256} * 1024;

    ReplayInput(const ReplayOptions& options, replay::Capture first, SessionClock clock);

    bool fill();
    bool take_file_block();
    bool gather_packets();
    bool take_packet(const replay::Block& block);
    void note_head(const replay::Block& block);
    bool hand_out(ReplayBatch& batch);
    bool capture_ended(replay::CaptureStatus status);
    bool open_next();
    bool stop(replay::CaptureStatus status, std::uint64_t offset, std::string reason);

    const ReplayOptions* options_;
    std::unique_ptr<replay::Capture> capture_;
    SessionClock clock_;
    SessionJoin join_;
    std::size_t index_ = 0;    // of the capture
    bool first_block_ = true;  // of the capture
    bool began_ = false;       // anything did

    codecs::Bytes rest_;          // what was read and not handed out
    std::size_t handed_out_ = 0;  // of the same block, before `rest_`
    bool complete_ = false;       // nothing follows `rest_`
    replay::Block held_;          // a packet that did not go with those before it
    bool holds_ = false;
    std::vector<std::byte> buffer_;  // packets
    std::vector<ReplayBatch::Piece> pieces_;
    ReplayBatch head_;  // what is said of the first batch of a block

    std::uint64_t through_bytes_ = 0;  // of the captures before
    std::optional<std::uint64_t> file_bytes_;
    std::uint64_t capture_duplicates_ = 0;  // of the captures before
    ReplayEnd end_;
    bool ended_ = false;
};

}  // namespace tickweir::gateway

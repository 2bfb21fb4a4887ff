#include "gateway/commands/replay_input.hpp"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "gateway/commands/frame_scan.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using replay::Block;
using replay::Capture;
using replay::CaptureStatus;

replay::Result<SessionClock> clock_of(const ReplayOptions& options, std::size_t capture) {
    return SessionClock::make(options.timezone, options.date, options.captures[capture]);
}

bool is_regular(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

/// The bytes of all files; none if one of them is no plain file.
std::optional<std::uint64_t> bytes_of(const std::vector<fs::path>& paths) {
    std::uint64_t sum = 0;
    for (const fs::path& path : paths) {
        std::error_code error;
        if (!is_regular(path)) return std::nullopt;
        sum += fs::file_size(path, error);
        if (error) return std::nullopt;
    }
    return sum;
}

}  // namespace

CapturePlace ReplayBatch::place(std::size_t at) const {
    const std::size_t wanted = base + at;
    const auto behind = std::ranges::upper_bound(pieces, wanted, {}, &Piece::at);
    if (behind == pieces.begin()) return {capture, 0};
    const Piece& piece = *std::prev(behind);
    return {capture, piece.offset + (piece.packet ? 0 : wanted - piece.at)};
}

replay::Result<ReplayInput> ReplayInput::open(const ReplayOptions& options) {
    // A pipe can be opened once only, so that it is tried when it is its turn.
    for (std::size_t i = 1; i < options.captures.size(); ++i) {
        const fs::path& path = options.captures[i];
        if (fs::exists(path) && !is_regular(path)) continue;
        if (auto tried = Capture::open(path, options.format); !tried) return tried.error();
    }
    auto clock = clock_of(options, 0);
    if (!clock) return clock.error();
    auto first = Capture::open(options.captures[0], options.format);
    if (!first) return first.error();
    return ReplayInput{options, std::move(*first), std::move(*clock)};
}

ReplayInput::ReplayInput(const ReplayOptions& options, Capture first, SessionClock clock)
    : options_{&options},
      capture_{std::make_unique<Capture>(std::move(first))},
      clock_{std::move(clock)},
      file_bytes_{bytes_of(options.captures)} {}

bool ReplayInput::next(ReplayBatch& batch) {
    for (;;) {
        if (ended_) return false;
        if (rest_.empty() && !head_.new_session && head_.lost_before == 0 && !fill()) continue;
        if (hand_out(batch)) return true;
    }
}

/// Cuts the next batch off `rest_`; false if there is no whole frame and nothing else to tell.
bool ReplayInput::hand_out(ReplayBatch& batch) {
    const FrameScan scan = scan_frames(
        rest_, complete_ ? codecs::itch::Input::complete : codecs::itch::Input::growing);
    batch = head_;
    batch.frames = rest_.first(scan.end);
    batch.system_start = scan.system_start;
    batch.lost_after = scan.wrong_length;
    batch.duplicates = duplicates();
    batch.pieces = pieces_;
    batch.base = handed_out_;
    head_.new_session = false;
    head_.lost_before = 0;
    const bool worth = scan.end != 0 || batch.new_session || batch.lost_before != 0;
    rest_ = rest_.subspan(scan.end);
    handed_out_ += scan.end;
    if (scan.damaged) {
        const CapturePlace place = batch.place(scan.end);
        rest_ = {};
        (void)stop(CaptureStatus::damaged, place.offset,
                   "itch: a message of length zero where another one follows");
    }
    if (scan.exhausted) rest_ = {};
    return worth;
}

/// Gets bytes to hand out; false if there are none (yet).
bool ReplayInput::fill() {
    return capture_->format() == replay::CaptureFormat::itch ? take_file_block() : gather_packets();
}

bool ReplayInput::take_file_block() {
    if (!first_block_) capture_->consumed(handed_out_);
    handed_out_ = 0;
    Block block;
    const CaptureStatus status = capture_->next(block);
    if (status != CaptureStatus::block) return capture_ended(status);
    block.new_session = false;  // its system events tell
    note_head(block);
    rest_ = block.frames;
    complete_ = block.complete;
    pieces_.assign(1, {0, block.offset, false});
    return true;
}

bool ReplayInput::gather_packets() {
    buffer_.resize(gather_bytes + (std::size_t{1} << 16) + Block::padding);
    rest_ = {};
    handed_out_ = 0;
    complete_ = true;
    pieces_.clear();
    for (;;) {
        if (!std::exchange(holds_, false)) {
            const CaptureStatus status = capture_->next(held_);
            if (status != CaptureStatus::block)
                // What was gathered goes first; the answer comes again.
                return !pieces_.empty() || capture_ended(status);
            if (!join_.on_block(held_, capture_->sessions())) continue;
        }
        if (!take_packet(held_)) {
            holds_ = true;
            return true;
        }
        if (rest_.size() >= gather_bytes) return true;
    }
}

/// Puts a packet behind those gathered; false if it has to begin a batch.
bool ReplayInput::take_packet(const Block& block) {
    const bool apart = block.new_session || block.lost_before != 0 || first_block_;
    if (apart && !pieces_.empty()) return false;
    if (pieces_.empty()) note_head(block);
    pieces_.push_back({rest_.size(), block.offset, true});
    if (!block.frames.empty())
        std::memcpy(buffer_.data() + rest_.size(), block.frames.data(), block.frames.size());
    rest_ = codecs::Bytes{buffer_.data(), rest_.size() + block.frames.size()};
    return true;
}

void ReplayInput::note_head(const Block& block) {
    // A session that goes on in another capture keeps its day, whatever time it has become.
    if (!began_ || block.new_session ||
        (first_block_ && clock_.date_of(block.received).source != DateSource::packets))
        head_.midnight = clock_.to_utc(clock_.date_of(block.received), 0);
    head_.capture = index_;
    head_.new_session = block.new_session && began_;
    head_.lost_before = block.lost_before;
    first_block_ = false;
    began_ = true;
}

bool ReplayInput::capture_ended(CaptureStatus status) {
    if (status != CaptureStatus::end)
        return stop(status, capture_->damage().offset, capture_->damage().what);
    if (index_ + 1 == options_->captures.size()) {
        ended_ = true;
        return false;
    }
    return open_next();
}

bool ReplayInput::open_next() {
    join_.on_capture_end(capture_->sessions());
    through_bytes_ += capture_->file_position();
    capture_duplicates_ += capture_->totals().duplicate_messages;
    ++index_;
    auto clock = clock_of(*options_, index_);
    auto capture = Capture::open(options_->captures[index_], options_->format);
    if (!clock || !capture) {
        end_.unreadable = true;
        return stop(CaptureStatus::failed, 0, clock ? capture.error() : clock.error());
    }
    *capture_ = std::move(*capture);
    clock_ = std::move(*clock);
    first_block_ = true;
    return false;
}

bool ReplayInput::stop(CaptureStatus status, std::uint64_t offset, std::string reason) {
    end_.status = status;
    end_.place = {index_, offset};
    end_.reason = std::move(reason);
    ended_ = true;
    return false;
}

std::uint64_t ReplayInput::duplicates() const {
    return capture_duplicates_ + capture_->totals().duplicate_messages + join_.duplicates();
}

std::uint64_t ReplayInput::file_position() const {
    return through_bytes_ + capture_->file_position();
}

}  // namespace tickweir::gateway

// A capture as a source of messages to publish: gives those that are due by now to the archive.
// Owns the file; decodes nothing but, where it is paced, the times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "gateway/play/message_archive.hpp"
#include "replay/capture.hpp"
#include "replay/pacer.hpp"

namespace tickweir::gateway {

/// How fast messages are published.
struct PublishPace {
    replay::SpeedMillionths speed = 1'000'000;
    /// Messages a second, evenly, whatever their times; instead of `speed`.
    std::optional<std::uint32_t> rate = std::nullopt;
};

/// One reading of one capture. One owner thread.
class PacedCapture {
public:
    /// Messages that do not fit a datagram with their heads are left out and counted.
    static constexpr std::size_t message_bytes_max = 65'507 - 20 - 2;

    enum class Step : std::uint8_t {
        worked,
        not_due,      ///< nothing before next_due()
        new_session,  ///< what follows belongs to another session of the capture
        over,         ///< nothing follows; trouble() says if that is early
    };

    /// The error is one line naming the file and what is wrong.
    static replay::Result<PacedCapture> open(const std::filesystem::path& path,
                                             std::optional<replay::CaptureFormat> format,
                                             const PublishPace& pace);

    /// Adds messages that are due, about `bytes_max` bytes at most.
    Step step(MessageArchive& archive, book::TimeNs now, std::size_t bytes_max);
    book::TimeNs next_due() const { return next_due_; }

    /// Published so far.
    std::uint64_t messages() const { return messages_; }
    std::uint64_t too_long() const { return too_long_; }
    /// Messages that the capture itself lacks, as far as it shows.
    std::uint64_t lost() const { return lost_; }
    /// Why the capture ended before its end; empty: it did not.
    const std::string& trouble() const { return trouble_; }

    std::uint64_t file_position() const { return capture_.file_position(); }
    std::optional<std::uint64_t> file_bytes() const { return capture_.file_bytes(); }

private:
    PacedCapture(replay::Capture capture, std::string name, const PublishPace& pace)
        : capture_{std::move(capture)}, name_{std::move(name)}, pace_{pace}, pacer_{pace.speed} {}

    Step next_block();
    bool due(codecs::Bytes message, book::TimeNs now);

    replay::Capture capture_;
    std::string name_;
    PublishPace pace_;
    replay::Pacer pacer_;
    replay::Block block_;
    std::size_t consumed_ = 0;  // of the block's frames
    bool block_open_ = false;
    bool over_ = false;
    bool first_session_ = true;
    std::int64_t last_time_ns_ = 0;          // of a message: those without a time are due with it
    std::optional<book::TimeNs> rate_from_;  // the first message of the session was due then
    std::uint64_t rate_messages_ = 0;        // since then
    book::TimeNs next_due_{};
    std::uint64_t messages_ = 0;
    std::uint64_t too_long_ = 0;
    std::uint64_t lost_ = 0;
    std::string trouble_;
};

}  // namespace tickweir::gateway

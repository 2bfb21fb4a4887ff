// A capture of ITCH played as if it were a live feed: at a speed, looped if asked. Owns the file;
// gives records to the market shards' rings and waits, without losing anything, while one is full.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/commands/session_clock.hpp"
#include "gateway/feeds/feed_health.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/market/silence_marks.hpp"
#include "replay/capture.hpp"
#include "replay/pacer.hpp"

namespace tickweir::gateway {

struct CaptureFeedOptions {
    std::string name;                          ///< of the feed, in status and log
    std::vector<std::filesystem::path> paths;  ///< played one behind the other; at least one
    replay::SpeedMillionths speed = 1'000'000;
    bool loop = false;                          ///< then times are moved to now
    std::string timezone = "America/New_York";  ///< that the messages' midnight is in
    std::chrono::milliseconds stale_after{0};   ///< silence longer than this is staleness; 0: never
};

class CaptureFeed final : public Feed {
public:
    /// Opens the first capture, unless that is given as `first`; throws std::runtime_error with a
    /// line that names it and what is wrong.
    CaptureFeed(CaptureFeedOptions options, std::vector<MarketInput> shards, book::TimeNs now,
                std::optional<replay::Capture> first = std::nullopt);

    std::string_view name() const override { return options_.name; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override { return false; }
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return stopped_; }

    const FeedReportCell& status() const override { return status_; }
    /// What ended a capture early, the last time; empty: nothing did. The feed's thread only.
    const std::string& trouble() const { return trouble_; }

private:
    enum class Step : std::uint8_t { worked, full, not_due };

    bool open(std::size_t path, std::string& why);
    Step step(book::TimeNs now);
    Step next_block(book::TimeNs now);
    Step next_capture(book::TimeNs now);
    Step end(book::TimeNs now);
    Step send_messages(book::TimeNs now);
    bool watch_silence(book::TimeNs now);
    bool tell_silence(book::TimeNs now);
    void begin_session(std::int64_t first_ns, book::TimeNs now);
    std::int64_t time_of(codecs::Bytes message) const;
    void note(std::string trouble);
    void note_damage(const std::string& what, std::uint64_t offset);
    void hand_over();
    void publish_status();

    CaptureFeedOptions options_;
    FeedOutput output_;
    FeedHealth health_;
    FeedReportCell status_;
    FeedReport counts_;
    std::string trouble_;

    std::optional<replay::Capture> capture_;
    std::optional<SessionClock> clock_;
    std::size_t path_ = 0;  // that is open
    replay::Block block_;
    std::size_t consumed_ = 0;  // of the block's frames
    bool block_open_ = false;
    bool lost_pending_ = false;      // a loss before the block has still to be told
    bool session_pending_ = true;    // a session begins with the next message
    std::int64_t last_time_ns_ = 0;  // of a message: those without a time are due with it
    replay::Pacer pacer_;
    std::optional<book::TimeNs> due_;
    SilenceMarks silence_;
    bool ending_ = false;  // the shards have still to be told
    bool over_ = false;
    bool stopped_ = false;
};

}  // namespace tickweir::gateway

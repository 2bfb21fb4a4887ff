// A capture of a venue's JSON played as if it were a live feed: frames as frames, GET lines as the
// answers that they are, at a speed, looped if asked. Owns the file; waits, without losing
// anything, while its market shard's ring is full.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/feeds/feed_health.hpp"
#include "gateway/market/capture_feed.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/json_output.hpp"
#include "gateway/market/silence_marks.hpp"
#include "replay/json_capture.hpp"
#include "replay/pacer.hpp"

namespace tickweir::gateway {

/// Everything comes over connection 0. The time zone of the options is of no use here: captures
/// have times since the epoch.
class JsonCaptureFeed final : public Feed {
public:
    /// `first` is the first capture, open. The others have to be of its venue.
    JsonCaptureFeed(CaptureFeedOptions options, MarketInput shard, replay::JsonCapture first,
                    book::TimeNs now);

    std::string_view name() const override { return options_.name; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override { return false; }
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return stopped_; }

    const FeedReportCell& status() const override { return status_; }
    codecs::json::VenueId venue() const { return venue_; }
    /// What ended a capture early, the last time; empty: nothing did. The feed's thread only.
    const std::string& trouble() const { return trouble_; }

private:
    enum class Step : std::uint8_t { worked, full, not_due };

    Step step(book::TimeNs now);
    Step next_line(book::TimeNs now);
    Step next_capture(book::TimeNs now);
    Step begin_session(book::TimeNs now);
    Step send_line(book::TimeNs now);
    Step end(book::TimeNs now);
    Step send_mark(JsonRecordKind kind, const RecordTimes& times) {
        return output_.send_mark(kind, 0, times) ? Step::worked : Step::full;
    }
    Step tell_silence(book::TimeNs now);
    bool open(std::size_t path);
    RecordTimes times_of(const replay::JsonLine& line, book::TimeNs now) const;
    void note(std::string trouble);
    void hand_over();

    CaptureFeedOptions options_;
    JsonOutput output_;
    FeedHealth health_;
    FeedReportCell status_;
    FeedReport counts_;
    std::string trouble_;

    replay::JsonCapture capture_;
    codecs::json::VenueId venue_;
    std::size_t path_ = 0;  // that is open
    replay::JsonLine line_;
    bool line_open_ = false;
    TextSent sent_;  // of the line
    // Before the first line: the marks of a session that begins, one after the other.
    enum class Beginning : std::uint8_t { not_yet, session_told, done };
    Beginning beginning_ = Beginning::not_yet;
    std::chrono::nanoseconds shift_{0};
    book::TimeNs next_tick_{};  // by the capture's clock
    std::size_t turn_bytes_ = 0;
    replay::Pacer pacer_;
    std::optional<book::TimeNs> due_;
    SilenceMarks silence_;
    bool ending_ = false;  // the shard has still to be told
    bool over_ = false;
    bool stopped_ = false;
};

}  // namespace tickweir::gateway

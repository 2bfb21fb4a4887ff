// What is known of a JSON capture after going through it. Values; lists are bounded, and say how
// much there was beyond.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/market_frame.hpp"
#include "gateway/feeds/json_books.hpp"
#include "gateway/json_writer.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::gateway {

/// A text that was not understood.
struct JsonRefusedLine {
    std::uint64_t offset = 0;  ///< of the line in the decompressed file
    codecs::json::FrameStatus status = codecs::json::FrameStatus::ok;
    std::string field;        ///< where it was told
    std::size_t at_byte = 0;  ///< of the text
};

/// A book that went out of sync.
struct JsonLostBook {
    std::uint64_t offset = 0;  ///< of the line that showed it
    std::uint32_t instrument = 0;
    SyncReason reason = SyncReason::none;
};

class JsonCaptureReport {
public:
    /// What lists hold at most; what comes beyond is only counted.
    static constexpr std::size_t refused_max = 1'000;
    static constexpr std::size_t lost_max = 10'000;

    explicit JsonCaptureReport(codecs::json::VenueId venue) : books_{{.venue = venue}} {}

    /// Takes in one line.
    void on_line(const replay::JsonLine& line);

    const JsonBooks& books() const { return books_; }
    std::uint64_t lines() const { return frames_ + answers_ + sends_; }
    std::uint64_t frames() const { return frames_; }
    std::uint64_t answers() const { return answers_; }
    std::uint64_t sends() const { return sends_; }
    std::uint64_t controls(codecs::json::ControlKind kind) const {
        return controls_[static_cast<std::size_t>(kind)];
    }
    std::uint64_t definitions() const { return definitions_; }
    std::uint64_t steps_back() const { return steps_back_; }
    std::optional<book::TimeNs> first_time() const { return first_; }
    std::optional<book::TimeNs> last_time() const { return last_; }
    const std::vector<JsonRefusedLine>& refused() const { return refused_; }
    std::uint64_t refused_count() const { return refused_count_; }
    const std::vector<JsonLostBook>& lost() const { return lost_; }
    std::uint64_t lost_count() const { return lost_count_; }

private:
    struct Listener;

    JsonBooks books_;
    std::uint64_t frames_ = 0;
    std::uint64_t answers_ = 0;
    std::uint64_t sends_ = 0;
    std::array<std::uint64_t, 7> controls_{};
    std::uint64_t definitions_ = 0;
    std::uint64_t steps_back_ = 0;
    std::optional<book::TimeNs> first_;
    std::optional<book::TimeNs> last_;
    std::vector<JsonRefusedLine> refused_;
    std::uint64_t refused_count_ = 0;
    std::vector<JsonLostBook> lost_;
    std::uint64_t lost_count_ = 0;
};

/// What reports tell of; the numbers of frames are none of them.
inline constexpr std::array told_controls{
    codecs::json::ControlKind::heartbeat,    codecs::json::ControlKind::subscribed,
    codecs::json::ControlKind::unsubscribed, codecs::json::ControlKind::refused,
    codecs::json::ControlKind::ping,         codecs::json::ControlKind::going_down};

/// Tables; of lists that may be long only the first entries.
void print_text(const JsonCaptureReport& report, const replay::JsonCapture& capture,
                std::ostream& out);
/// Keys and values of the document's object, which the caller begins and ends. Everything.
void print_json(const JsonCaptureReport& report, const replay::JsonCapture& capture,
                JsonWriter& json);

}  // namespace tickweir::gateway

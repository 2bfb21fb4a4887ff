// A JSON capture: what a venue's connection received and sent, a line each behind its time. Finds
// the lines and what they are; what a frame says, and whether it is JSON at all, is for
// codecs/json.
//
//     # venue: okx                  the first line
//     # anything                    a comment
//     TIME_NS FRAME                 a WebSocket frame as received
//     TIME_NS GET TARGET BODY       the answer to an HTTP request for TARGET
//     TIME_NS SEND FRAME            what the recorder sent
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "codecs/json/venue_id.hpp"
#include "replay/block.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::replay {

enum class JsonLineKind : std::uint8_t {
    frame,   ///< received over WebSocket
    answer,  ///< received over HTTP
    sent,
};

/// One line that is not a comment. The views stay valid until the next call of the capture.
struct JsonLine {
    JsonLineKind kind = JsonLineKind::frame;
    book::TimeNs time;        ///< the recorder's clock; not told to rise
    std::string_view target;  ///< of an answer: path and query; else empty
    /// The frame or the body, byte for byte; JsonCapture::padding bytes behind it may be read.
    std::string_view text;
    std::uint64_t offset = 0;  ///< of the line in the decompressed file
};

struct JsonCaptureLimits {
    /// Without its line end: the largest frame of codecs/json and what stands in front of it.
    std::size_t line_bytes = (std::size_t{32} << 20) + (std::size_t{64} << 10);
};

/// Whether `bytes`, the first of a decompressed file, begin a JSON capture: with the line of the
/// venue, or with a time that a frame, an answer or a sent frame stands behind.
bool looks_like_json_capture(codecs::Bytes bytes);

/// One capture, read once from front to back, in memory that grows to its longest line. Owned by
/// one thread.
class JsonCapture {
public:
    /// Bytes behind a text that may be read, whatever they hold.
    static constexpr std::size_t padding = 64;
    /// The year 2200: what is later is no time, and sums of times and intervals stay in 64 bits.
    static constexpr std::int64_t latest_ns = 7'258'118'400'000'000'000;

    /// Opens a file. `venue` is needed where the comments at the beginning name none that is known,
    /// and must not differ from the one they name. The error is one line naming the file.
    static Result<JsonCapture> open(const std::filesystem::path& path,
                                    std::optional<codecs::json::VenueId> venue = std::nullopt,
                                    const JsonCaptureLimits& limits = {});

    /// Reads what was opened already; `name` stands in errors.
    static Result<JsonCapture> from(ByteSource source, const std::string& name,
                                    std::optional<codecs::json::VenueId> venue = std::nullopt,
                                    const JsonCaptureLimits& limits = {});

    JsonCapture(JsonCapture&&) noexcept;
    JsonCapture& operator=(JsonCapture&&) noexcept;
    ~JsonCapture();

    /// Gives the next line (`CaptureStatus::block`), or why there is none; then the answer stays.
    /// What has no line end is a line only if it is a whole object or array (files written by hand
    /// may end so): everything else is `truncated`. A line that is none of the above is `damaged`.
    /// Allocates only where a line is longer than all before.
    [[nodiscard]] CaptureStatus next(JsonLine& line);

    codecs::json::VenueId venue() const;

    /// Why the status was `truncated`, `damaged` or `failed`; empty before.
    const Damage& damage() const;

    Compression compression() const;

    /// Bytes of the file that were read so far, and of how many; none for a pipe. For progress.
    std::uint64_t file_position() const;
    std::optional<std::uint64_t> file_bytes() const;

private:
    struct State;
    explicit JsonCapture(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace tickweir::replay

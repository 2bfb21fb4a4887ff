// Writes JSON captures (see json_capture.hpp): plain, `.gz` or `.zst` by the name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "book/types.hpp"
#include "codecs/json/venue_id.hpp"
#include "replay/byte_sink.hpp"

namespace tickweir::replay {

/// Texts are written byte for byte, but for line feeds: each becomes a carriage return, which is
/// white space where a line feed is and, as that, an error inside a string. So the same texts are
/// accepted, and lines stay lines. Errors are kept and told by `finish`; see ByteSink.
class JsonCaptureWriter {
public:
    /// Writes the line that names the venue.
    static Result<JsonCaptureWriter> create(const std::filesystem::path& path,
                                            codecs::json::VenueId venue, SinkOptions options = {});

    /// A line for readers.
    void write_comment(std::string_view text);

    /// A WebSocket frame received. One that begins like an answer or a sent one, which no JSON
    /// does, is written with a blank in front.
    void write_frame(book::TimeNs time, std::string_view frame);

    /// The answer to `GET target`. A target that is empty or has a blank is an error.
    void write_answer(book::TimeNs time, std::string_view target, std::string_view body);

    /// A frame sent.
    void write_sent(book::TimeNs time, std::string_view frame);

    /// As of ByteSink.
    void flush() { sink_.flush(); }
    void discard() { sink_.discard(); }
    std::uint64_t position() const { return sink_.position(); }
    bool ok() const { return sink_.ok(); }
    [[nodiscard]] Result<void> finish() { return sink_.finish(); }

private:
    explicit JsonCaptureWriter(ByteSink sink) : sink_{std::move(sink)} {}
    bool write_time(book::TimeNs time);
    void write_line(std::string_view text);

    ByteSink sink_;
};

}  // namespace tickweir::replay

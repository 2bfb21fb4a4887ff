#include "replay/json_capture_writer.hpp"

#include <array>
#include <charconv>
#include <span>
#include <string>
#include <utility>

#include "replay/json_capture.hpp"

namespace tickweir::replay {
namespace {

codecs::Bytes bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

}  // namespace

Result<JsonCaptureWriter> JsonCaptureWriter::create(const std::filesystem::path& path,
                                                    codecs::json::VenueId venue,
                                                    SinkOptions options) {
    auto sink = ByteSink::create(path, options);
    if (!sink) return sink.error();
    JsonCaptureWriter writer{std::move(*sink)};
    writer.write_comment("venue: " + std::string{to_string(venue)});
    return writer;
}

void JsonCaptureWriter::write_comment(std::string_view text) {
    sink_.write(bytes_of("# "));
    write_line(text);
}

void JsonCaptureWriter::write_frame(book::TimeNs time, std::string_view frame) {
    if (!write_time(time)) return;
    // No JSON begins with these words; a blank in front of what is none changes nothing.
    if (frame.starts_with("GET ") || frame.starts_with("SEND ")) sink_.write(bytes_of(" "));
    write_line(frame);
}

void JsonCaptureWriter::write_answer(book::TimeNs time, std::string_view target,
                                     std::string_view body) {
    if (target.empty() || target.find_first_of(" \n") != target.npos)
        return sink_.fail("target of an answer: \"" + std::string{target} + '"');
    if (!write_time(time)) return;
    sink_.write(bytes_of("GET "));
    sink_.write(bytes_of(target));
    sink_.write(bytes_of(" "));
    write_line(body);
}

void JsonCaptureWriter::write_sent(book::TimeNs time, std::string_view frame) {
    if (!write_time(time)) return;
    sink_.write(bytes_of("SEND "));
    write_line(frame);
}

bool JsonCaptureWriter::write_time(book::TimeNs time) {
    const std::int64_t time_ns = time.time_since_epoch().count();
    if (time_ns < 0 || time_ns > JsonCapture::latest_ns) {
        sink_.fail("time " + std::to_string(time_ns) + " ns does not fit a JSON capture");
        return false;
    }
    std::array<char, 24> text;
    char* const end = std::to_chars(text.data(), text.data() + text.size(), time_ns).ptr;
    *end = ' ';
    sink_.write(bytes_of({text.data(), static_cast<std::size_t>(end + 1 - text.data())}));
    return true;
}

void JsonCaptureWriter::write_line(std::string_view text) {
    for (std::size_t feed = text.find('\n'); feed != text.npos; feed = text.find('\n')) {
        sink_.write(bytes_of(text.substr(0, feed)));
        sink_.write(bytes_of("\r"));
        text.remove_prefix(feed + 1);
    }
    sink_.write(bytes_of(text));
    sink_.write(bytes_of("\n"));
}

}  // namespace tickweir::replay

#include "replay/json_capture.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <utility>

#include "codecs/json/frame_decoder.hpp"

namespace tickweir::replay {
namespace {

using codecs::Bytes;
using codecs::json::VenueId;

static_assert(JsonCapture::padding >= codecs::json::text_padding);

/// Read at once. Twice as much holds a piece of a line and what follows it.
constexpr std::size_t read_bytes = std::size_t{256} << 10;

constexpr std::string_view venue_prefix = "# venue:";
constexpr std::string_view answer_word = "GET ";
constexpr std::string_view sent_word = "SEND ";

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

/// For an error: the beginning of what is there, printable.
std::string excerpt(std::string_view text) {
    std::string shown{text.substr(0, 24)};
    std::ranges::replace_if(
        shown, [](char c) { return c < ' ' || c > '~'; }, '.');
    return '"' + shown + (text.size() > shown.size() ? "...\"" : "\"");
}

/// The time at the beginning and the one blank behind it, which are taken off `text`.
bool take_time(std::string_view& text, std::int64_t& time_ns) {
    const char* const end = text.data() + text.size();
    if (text.empty() || text[0] == '-') return false;
    const auto read = std::from_chars(text.data(), end, time_ns);
    if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ' ') return false;
    if (time_ns > JsonCapture::latest_ns) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + 1);
    return true;
}

/// Whether brackets that are outside of strings close, the first with the last character: so that
/// nothing can be missing at the end. Not whether it is JSON.
bool is_closed(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || (text[0] != '{' && text[0] != '[')) return false;
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string && c == '\\') {
            ++i;
            continue;
        }
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if (c == '{' || c == '[') ++depth;
        if (c != '}' && c != ']') continue;
        if (--depth == 0) return i + 1 == text.size();
    }
    return false;
}

/// What `text`, behind the time, is; false: an answer that is not whole.
bool read_line(std::string_view text, JsonLine& line) {
    line.target = {};
    line.kind = JsonLineKind::frame;
    if (text.starts_with(sent_word)) {
        line.kind = JsonLineKind::sent;
        text.remove_prefix(sent_word.size());
    } else if (text.starts_with(answer_word)) {
        line.kind = JsonLineKind::answer;
        text.remove_prefix(answer_word.size());
        const std::size_t blank = text.find(' ');
        if (blank == 0 || blank == text.npos) return false;
        line.target = text.substr(0, blank);
        text.remove_prefix(blank + 1);
    }
    line.text = text;
    return true;
}

/// Whether the last line of a file is one without its line end.
bool needs_no_end(std::string_view text) {
    if (text.starts_with('#')) return true;
    JsonLine line;
    std::int64_t unused = 0;
    return take_time(text, unused) && read_line(text, line) && is_closed(line.text);
}

}  // namespace

bool looks_like_json_capture(Bytes bytes) {
    std::string_view text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    if (text.starts_with(venue_prefix)) return true;
    std::int64_t time_ns = 0;
    if (!take_time(text, time_ns)) return false;
    return text.starts_with('{') || text.starts_with('[') || text.starts_with(answer_word) ||
           text.starts_with(sent_word);
}

/// The buffer, of which only what is not a line yet is moved, to its beginning:
///
///     | lines given | rest | free | padding |
///                   ^ begin       ^ room
///                          ^ end
struct JsonCapture::State {
    State(ByteSource from, const JsonCaptureLimits& given)
        : source{std::move(from)}, limits{given} {
        resize(2 * read_bytes);
    }

    void resize(std::size_t bytes);
    void make_room();
    bool find_line(std::string_view& text);
    CaptureStatus read(JsonLine& line);
    CaptureStatus stop(std::string_view rest);
    CaptureStatus damaged(CaptureStatus kind, std::string what);
    CaptureStatus read_comment(std::string_view text);
    CaptureStatus read_text(std::string_view text, JsonLine& line);
    Result<void> read_head(std::optional<VenueId> wanted);

    ByteSource source;
    JsonCaptureLimits limits;
    std::optional<VenueId> venue;
    std::unique_ptr<char[]> buffer;
    std::size_t room = 0;
    std::size_t begin = 0;
    std::size_t searched = 0;  // from `begin` to here there is no line end
    std::size_t end = 0;
    std::uint64_t offset = 0;       // of `begin` in the decompressed file
    std::uint64_t line_offset = 0;  // of the line found last
    ReadStatus read_status = ReadStatus::ok;
    std::optional<CaptureStatus> stopped;
    std::optional<JsonLine> first;  // found while reading the comments at the beginning
    std::string unknown_venue;      // named there
    Damage damage;
};

void JsonCapture::State::resize(std::size_t bytes) {
    auto larger = std::make_unique<char[]>(bytes + padding);
    if (end != begin) std::memcpy(larger.get(), buffer.get() + begin, end - begin);
    buffer = std::move(larger);
    room = bytes;
    searched -= begin;
    end -= begin;
    begin = 0;
}

/// For at least one read more.
void JsonCapture::State::make_room() {
    if (room - end >= read_bytes) return;
    if (room - (end - begin) < read_bytes) return resize(2 * room);
    std::memmove(buffer.get(), buffer.get() + begin, end - begin);
    searched -= begin;
    end -= begin;
    begin = 0;
}

/// The next line without its end; false: there is none, and `text` is what stands there instead.
bool JsonCapture::State::find_line(std::string_view& text) {
    for (;;) {
        const char* const from = buffer.get() + begin;
        const void* const found =
            end == searched ? nullptr : std::memchr(buffer.get() + searched, '\n', end - searched);
        if (found != nullptr) {
            const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - from);
            text = {from, size};
            line_offset = offset;
            begin += size + 1;
            searched = begin;
            offset += size + 1;
            return true;
        }
        searched = end;
        text = {from, end - begin};
        if (read_status != ReadStatus::ok || text.size() > limits.line_bytes) return false;
        make_room();
        const std::size_t wanted = std::min(read_bytes, room - end);
        const ReadResult got =
            source.read(std::as_writable_bytes(std::span{buffer.get() + end, wanted}));
        end += got.bytes;
        read_status = got.status;
    }
}

CaptureStatus JsonCapture::State::damaged(CaptureStatus kind, std::string what) {
    damage.what = std::move(what);
    damage.offset = line_offset;
    damage.file_offset =
        source.compression() == Compression::none ? line_offset : source.file_position();
    return kind;
}

/// Nothing ends `rest`: why not.
CaptureStatus JsonCapture::State::stop(std::string_view rest) {
    line_offset = offset;
    if (rest.size() > limits.line_bytes)
        return damaged(CaptureStatus::damaged,
                       "json: a line of more than " + std::to_string(limits.line_bytes) + " bytes");
    switch (read_status) {
        case ReadStatus::truncated:
        case ReadStatus::damaged:
        case ReadStatus::io_error:
            damage = source.damage();
            return read_status == ReadStatus::truncated ? CaptureStatus::truncated
                   : read_status == ReadStatus::damaged ? CaptureStatus::damaged
                                                        : CaptureStatus::failed;
        case ReadStatus::ok:
        case ReadStatus::end:
            break;
    }
    if (rest.empty()) return CaptureStatus::end;
    return damaged(CaptureStatus::truncated, "json: the last line is cut off after " +
                                                 std::to_string(rest.size()) + " bytes");
}

/// `block`: go on. A capture of one venue stays one, also if it was put together from several.
CaptureStatus JsonCapture::State::read_comment(std::string_view text) {
    if (!text.starts_with(venue_prefix)) return CaptureStatus::block;
    const std::string_view name = trimmed(text.substr(venue_prefix.size()));
    const auto named = codecs::json::venue_named(name);
    if (!named && !venue) {
        unknown_venue = excerpt(name);
        return CaptureStatus::block;
    }
    if (!venue) venue = named;
    if (named == venue) return CaptureStatus::block;
    return damaged(CaptureStatus::damaged, "json: the venue is " + std::string{to_string(*venue)} +
                                               ", and from here on " + excerpt(name));
}

/// `block`: all is well with the text, and unless it is a comment, `line` is what it says.
CaptureStatus JsonCapture::State::read_text(std::string_view text, JsonLine& line) {
    if (text.size() > limits.line_bytes)
        return damaged(CaptureStatus::damaged,
                       "json: a line of " + std::to_string(text.size()) + " bytes");
    if (text.starts_with('#')) return read_comment(text);
    std::int64_t time_ns = 0;
    std::string_view rest = text;
    if (!take_time(rest, time_ns))
        return damaged(CaptureStatus::damaged, "json: a line without a time: " + excerpt(text));
    if (!read_line(rest, line))
        return damaged(CaptureStatus::damaged,
                       "json: an answer without target and body: " + excerpt(text));
    line.time = book::TimeNs{std::chrono::nanoseconds{time_ns}};
    line.offset = line_offset;
    return CaptureStatus::block;
}

CaptureStatus JsonCapture::State::read(JsonLine& line) {
    for (;;) {
        std::string_view text;
        if (!find_line(text)) {
            if (read_status != ReadStatus::end || !needs_no_end(text)) return stop(text);
            line_offset = offset;
            offset += text.size();
            begin = end;
        }
        const CaptureStatus status = read_text(text, line);
        if (status != CaptureStatus::block || !text.starts_with('#')) return status;
    }
}

/// Up to the first line that is no comment.
Result<void> JsonCapture::State::read_head(std::optional<VenueId> wanted) {
    JsonLine line;
    const CaptureStatus status = read(line);
    if (status == CaptureStatus::block)
        first = line;
    else
        stopped = status;
    if (venue && wanted && *venue != *wanted)
        return "the venue is " + std::string{to_string(*venue)} + ", not " +
               std::string{to_string(*wanted)};
    if (!venue) venue = wanted;
    if (venue) return {};
    if (stopped && !damage.what.empty()) return damage.what;
    if (!unknown_venue.empty()) return "no venue is called " + unknown_venue;
    return std::string{"json: no line \"# venue: ID\" at the beginning"};
}

Result<JsonCapture> JsonCapture::open(const std::filesystem::path& path,
                                      std::optional<VenueId> venue,
                                      const JsonCaptureLimits& limits) {
    auto source = ByteSource::open(path);
    if (!source) return source.error();
    return from(std::move(*source), path.string(), venue, limits);
}

Result<JsonCapture> JsonCapture::from(ByteSource source, const std::string& name,
                                      std::optional<VenueId> venue,
                                      const JsonCaptureLimits& limits) {
    auto state = std::make_unique<State>(std::move(source), limits);
    if (const auto head = state->read_head(venue); !head) return name + ": " + head.error();
    return JsonCapture{std::move(state)};
}

JsonCapture::JsonCapture(std::unique_ptr<State> state) : state_{std::move(state)} {}
JsonCapture::JsonCapture(JsonCapture&&) noexcept = default;
JsonCapture& JsonCapture::operator=(JsonCapture&&) noexcept = default;
JsonCapture::~JsonCapture() = default;

CaptureStatus JsonCapture::next(JsonLine& line) {
    State& state = *state_;
    if (state.first) {
        line = *std::exchange(state.first, std::nullopt);
        return CaptureStatus::block;
    }
    if (!state.stopped) {
        const CaptureStatus status = state.read(line);
        if (status == CaptureStatus::block) return status;
        state.stopped = status;
    }
    return *state.stopped;
}

VenueId JsonCapture::venue() const {
    return *state_->venue;
}

const Damage& JsonCapture::damage() const {
    return state_->damage;
}

Compression JsonCapture::compression() const {
    return state_->source.compression();
}

std::uint64_t JsonCapture::file_position() const {
    return state_->source.file_position();
}

std::optional<std::uint64_t> JsonCapture::file_bytes() const {
    return state_->source.file_bytes();
}

}  // namespace tickweir::replay

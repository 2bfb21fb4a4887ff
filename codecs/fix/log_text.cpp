#include "codecs/fix/log_text.hpp"

#include <algorithm>

#include "codecs/fix/head.hpp"
#include "codecs/fix/log_fields.hpp"

namespace tickweir::codecs::fix {
namespace {

constexpr std::string_view begin_mark = "8=FIX";
/// That an index may read behind a message.
constexpr std::size_t readable_behind = 8;

/// How far FIX.d.d or FIXT.d.d reaches that begins at `at`; nothing where it does not end.
struct BeginText {
    bool good = false;
    std::size_t end = 0;
};

BeginText read_begin_string(std::string_view log, std::size_t at) {
    const std::string_view shape = log.substr(std::min(at + 5, log.size())).starts_with('T')
                                       ? std::string_view{"8=FIXT.0.0"}
                                       : std::string_view{"8=FIX.0.0"};
    for (const char c : shape) {
        const bool fits = at < log.size() && (c == '0' ? detail::is_digit(log[at]) : log[at] == c);
        if (!fits) return {false, at};
        ++at;
    }
    return {true, at};
}

}  // namespace

LogReader::LogReader(const MessageLimits& limits, const FrameLimits& frame_limits)
    : frame_limits_{std::min(frame_limits.message_bytes, message_bytes_most)}, message_{limits} {}

LogEntry LogReader::next(std::string_view text, bool last) {
    message_.clear();
    const std::size_t begin = detail::find_log_begin(text, 0);
    if (begin == text.npos) {
        if (last) return {.status = LogStatus::end, .bytes = text.size()};
        // A byte before it and as much of the mark as may stand at the end.
        const std::size_t kept = std::min(text.size(), begin_mark.size());
        return {.status = LogStatus::partial, .bytes = text.size() - kept};
    }
    const LogEntry partial{.status = LogStatus::partial, .bytes = begin == 0 ? 0 : begin - 1};
    const BeginText head = read_begin_string(text, begin);
    const std::string_view separator = detail::LogFields::separator_at(text, head.end);
    if (!head.good || separator.empty()) {
        const bool may_go_on = text.size() - head.end < 2;
        if (may_go_on && !last) return partial;
        return damaged(LogFault::bad_begin_string, begin, begin + begin_mark.size(), head.end);
    }
    text_.assign(text.begin() + static_cast<std::ptrdiff_t>(begin),
                 text.begin() + static_cast<std::ptrdiff_t>(head.end));
    text_.push_back(soh);
    // So long a field that its end is not looked for any farther.
    const std::size_t reach = head.end + 2 * frame_limits_.message_bytes + 1;
    detail::LogFields fields{text.substr(0, reach), head.end + separator.size(), separator, text_};
    for (;;) {
        const auto status = fields.next(last && reach >= text.size());
        const std::size_t at = fields.position();
        if (text_.size() > frame_limits_.message_bytes ||
            (status == detail::LogFieldStatus::open && reach < text.size()))
            return damaged(LogFault::too_long, begin, at, at);
        switch (status) {
            case detail::LogFieldStatus::field:
                break;
            case detail::LogFieldStatus::trailer:
                return finished(begin, at, separator.size() == 2);
            case detail::LogFieldStatus::next:
                return damaged(LogFault::no_checksum, begin, at, at);
            case detail::LogFieldStatus::open:
                if (!last) return partial;
                return damaged(LogFault::no_checksum, begin, text.size(), at);
        }
    }
}

/// The message in text_, of which the trailer is the last field.
LogEntry LogReader::finished(std::size_t begin, std::size_t end, bool two_characters) {
    const auto index = [&] {
        const std::size_t bytes = text_.size();
        text_.resize(bytes + readable_behind);
        const MessageFault fault = message_.index_loosely({text_.data(), bytes});
        text_.resize(bytes);
        return fault;
    };
    const auto refused = [&] {
        const std::size_t at = message_.fault_offset();
        const auto separators =
            two_characters
                ? std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), soh)
                : 0;
        return damaged(LogFault::bad_fields, begin, end,
                       begin + at + static_cast<std::size_t>(separators));
    };
    if (index() != MessageFault::none) return refused();
    LogEntry entry{.status = LogStatus::message, .begin = begin, .bytes = end};
    const auto declared = read_uint(message_.value(message_.fields()[1]));
    std::size_t trailer_at = message_.fields().back().offset - std::size_t{3};
    const std::size_t body_at = message_.fields()[2].offset - std::size_t{3};
    if (declared && join_lines(*declared, body_at, trailer_at)) {
        if (index() != MessageFault::none) return refused();
        trailer_at = message_.fields().back().offset - std::size_t{3};
    }
    const std::string_view said = message_.value(message_.fields().back());
    const auto sum = read_uint(said);
    entry.wrong_body_length = !declared || *declared != trailer_at - body_at;
    entry.wrong_checksum =
        said.size() != 3 || !sum || *sum != checksum(message_.text().substr(0, trailer_at));
    ++counts_.messages;
    counts_.wrong_body_lengths += entry.wrong_body_length;
    counts_.wrong_checksums += entry.wrong_checksum;
    return entry;
}

/// Takes line breaks out of the body where BodyLength fits without them, and only then.
bool LogReader::join_lines(std::size_t declared_body, std::size_t body_at, std::size_t trailer_at) {
    const auto is_break = [](char c) { return c == '\n' || c == '\r'; };
    const auto body = text_.begin() + static_cast<std::ptrdiff_t>(body_at);
    const auto trailer = text_.begin() + static_cast<std::ptrdiff_t>(trailer_at);
    const auto breaks = static_cast<std::size_t>(std::count_if(body, trailer, is_break));
    if (breaks == 0 || declared_body + breaks != trailer_at - body_at) return false;
    text_.erase(std::remove_if(body, trailer, is_break), trailer);
    return true;
}

LogEntry LogReader::damaged(LogFault fault, std::size_t begin, std::size_t bytes,
                            std::size_t fault_at) {
    ++counts_.damaged;
    return {.status = LogStatus::damaged,
            .fault = fault,
            .begin = begin,
            .bytes = bytes,
            .fault_at = fault_at};
}

std::string_view to_string(LogFault fault) {
    switch (fault) {
        case LogFault::none:
            return "none";
        case LogFault::bad_begin_string:
            return "bad BeginString";
        case LogFault::no_checksum:
            return "no CheckSum before the next message";
        case LogFault::too_long:
            return "too long";
        case LogFault::bad_fields:
            return "bad fields";
    }
    return "?";
}

}  // namespace tickweir::codecs::fix

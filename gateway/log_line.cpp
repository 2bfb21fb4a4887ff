// The text of a log line: time, level, module, and a message that nothing from outside can break.
#include <fmt/format.h>

#include <array>
#include <iterator>

#include "gateway/log.hpp"

namespace tickweir::gateway::log {
namespace {

/// Bytes of the UTF-8 sequence that `text` begins with; 0 when it is none, or a control character
/// (U+0000 to U+001F, U+007F to U+009F). Overlong forms and surrogates are none (RFC 3629).
std::size_t printable_bytes(std::string_view text) {
    const auto at = [&](std::size_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const auto follows = [&](std::size_t i, unsigned least = 0x80, unsigned most = 0xBF) {
        return at(i) >= least && at(i) <= most;
    };
    const unsigned lead = at(0);
    if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
    if (lead == 0xC2) return follows(1, 0xA0) ? 2 : 0;
    if (lead > 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned least = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned most = lead == 0xED ? 0x9F : 0xBF;
        return follows(1, least, most) && follows(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned least = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned most = lead == 0xF4 ? 0x8F : 0xBF;
        return follows(1, least, most) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                           static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
}

/// `quote`, where there is one, is escaped too.
void append_safe(std::string& out, std::string_view text, std::size_t bytes_max, char quote) {
    std::size_t i = 0;
    while (i < text.size()) {
        const std::size_t length = printable_bytes(text.substr(i));
        if (i + (length == 0 ? 1 : length) > bytes_max) break;
        if (length == 0) {
            append_escape(out, text[i++]);
            continue;
        }
        if (quote != '\0' && text[i] == quote) out += '\\';
        out.append(text, i, length);
        i += length;
    }
    if (i < text.size())
        fmt::format_to(std::back_inserter(out), "... ({} more bytes)", text.size() - i);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, std::size_t bytes_max) {
    append_safe(out, text, bytes_max, '\0');
}

std::string line_of(book::TimeNs time, LogLevel level, std::string_view module,
                    std::string_view text) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::string out;
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z {} {}: ",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), clock.hours().count(),
                   clock.minutes().count(), clock.seconds().count(), clock.subseconds().count(),
                   to_string(level), module);
    append_escaped(out, text, line_text_max);
    return out;
}

}  // namespace tickweir::gateway::log

fmt::format_context::iterator fmt::formatter<tickweir::gateway::log::Quoted>::format(
    const tickweir::gateway::log::Quoted& quoted, fmt::format_context& context) const {
    std::string text = "\"";
    tickweir::gateway::log::append_safe(text, quoted.text, quoted.bytes_max, '"');
    return fmt::format_to(context.out(), "{}\"", text);
}

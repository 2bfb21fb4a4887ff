#include "gateway/commands/session_clock.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "replay/session_date.hpp"

namespace tickweir::gateway {
namespace {

/// `YYYY-MM-DDTHH:MM:SS.nnnnnnnnn` of a count of nanoseconds on some clock.
std::string clock_text(book::TimeNs time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 32> text{};
    std::snprintf(
        text.data(), text.size(), "T%02d:%02d:%02d.%09d", static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return to_text(std::chrono::year_month_day{day}) + text.data();
}

}  // namespace

std::string_view to_string(DateSource source) {
    switch (source) {
        case DateSource::option:
            return "option";
        case DateSource::file_name:
            return "file name";
        case DateSource::packets:
            return "packets";
        case DateSource::unknown:
            return "unknown";
    }
    return "?";
}

std::string to_text(std::chrono::year_month_day date) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return text.data();
}

replay::Result<SessionClock> SessionClock::make(std::string_view zone,
                                                std::optional<std::chrono::year_month_day> option,
                                                const std::filesystem::path& capture) {
    auto loaded = replay::TimeZone::load(zone);
    if (!loaded) return loaded.error();
    std::optional<SessionDate> fixed;
    if (option) {
        fixed = SessionDate{*option, DateSource::option};
    } else if (const auto named = replay::date_in_name(capture.string())) {
        fixed = SessionDate{*named, DateSource::file_name};
    }
    return SessionClock{std::move(*loaded), fixed};
}

SessionDate SessionClock::date_of(std::optional<book::TimeNs> received) const {
    if (fixed_) return *fixed_;
    if (received) return {zone_.date_of(*received), DateSource::packets};
    return {};
}

book::TimeNs SessionClock::to_utc(const SessionDate& date, std::uint64_t since_midnight_ns) const {
    return zone_.to_utc(date.date, std::chrono::nanoseconds{since_midnight_ns});
}

std::string SessionClock::utc_text(book::TimeNs time) {
    return clock_text(time) + 'Z';
}

std::string SessionClock::local_text(book::TimeNs time) const {
    const std::chrono::seconds offset =
        zone_.offset_at(std::chrono::floor<std::chrono::seconds>(time));
    const auto minutes = std::chrono::abs(offset) / std::chrono::minutes{1};
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%c%02d:%02d", offset.count() < 0 ? '-' : '+',
                  static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
    return clock_text(time + offset) + text.data();
}

}  // namespace tickweir::gateway

#include "gateway/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tickweir::gateway {
namespace {

/// "1,234,567"
std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

/// "999 /s", "11.5 M/s"
std::string rate_text(double per_second) {
    constexpr std::array prefixes{"", "k", "M", "G"};
    std::size_t prefix = 0;
    while (per_second >= 999.5 && prefix + 1 < prefixes.size()) {
        per_second /= 1000;
        ++prefix;
    }
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), prefix != 0 && per_second < 99.95 ? "%.1f" : "%.0f",
                  per_second);
    return std::string{text.data()} + ' ' + prefixes[prefix] + "/s";
}

/// "7 s", "3 min 05 s", "2 h 09 min"
std::string duration_text(std::uint64_t seconds) {
    const auto two = [](std::uint64_t number) {
        const std::string text = std::to_string(number);
        return number < 10 ? '0' + text : text;
    };
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600) return std::to_string(seconds / 60) + " min " + two(seconds % 60) + " s";
    return std::to_string(seconds / 3600) + " h " + two(seconds / 60 % 60) + " min";
}

}  // namespace

ProgressText::ProgressText(std::string_view unit, Clock::time_point start)
    : unit_{unit}, start_{start}, due_{start + interval} {}

std::optional<std::string> ProgressText::at(Clock::time_point now, const ProgressState& state) {
    if (now < due_) return std::nullopt;
    due_ = now + interval;
    return line(now, state);
}

std::string ProgressText::line(Clock::time_point now, const ProgressState& state) const {
    const double seconds = std::chrono::duration<double>(now - start_).count();
    std::string text = grouped(state.items) + ' ' + std::string{unit_};
    if (seconds > 0) text += "  " + rate_text(static_cast<double>(state.items) / seconds);
    if (!state.whole || *state.whole == 0) return text;
    const double share =
        std::min(1.0, static_cast<double>(state.position) / static_cast<double>(*state.whole));
    text += "  " + std::to_string(static_cast<int>(share * 100)) + " %";
    // A year is as good as never, and still fits any integer.
    constexpr double longest_seconds = 366 * 86400.0;
    if (share > 0 && seconds > 0) {
        const double left = std::min(longest_seconds, std::ceil(seconds / share - seconds));
        text += "  " + duration_text(static_cast<std::uint64_t>(left)) + " left";
    }
    return text;
}

Progress::Progress(std::string_view unit)
    : shown_{::isatty(STDERR_FILENO) == 1}, text_{unit, ProgressText::Clock::now()} {}

Progress::~Progress() {
    clear();
}

void Progress::clear() {
    if (!on_screen_) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    on_screen_ = false;
}

void Progress::rewrite(const ProgressState& state) {
    const auto line = text_.at(ProgressText::Clock::now(), state);
    if (!line) return;
    std::fprintf(stderr, "\r%s\x1b[K", line->c_str());
    std::fflush(stderr);
    on_screen_ = true;
}

}  // namespace tickweir::gateway

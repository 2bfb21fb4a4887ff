#include "bench/load/trading/proc_text.hpp"

#include <algorithm>
#include <charconv>

namespace tickweir::bench {
namespace {

std::string_view take_line(std::string_view& rest) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    return line;
}

/// The first number in it; 0 of none.
std::size_t number_in(std::string_view text) {
    const std::size_t digit = text.find_first_of("0123456789");
    std::size_t value = 0;
    if (digit != text.npos) std::from_chars(text.data() + digit, text.data() + text.size(), value);
    return value;
}

/// What stands behind the labels, or the name; nothing where the line is not such a sample.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name,
                                         std::span<const std::string_view> labels) {
    if (!line.starts_with(name)) return std::nullopt;
    std::string_view rest = line.substr(name.size());
    std::string_view given;
    if (rest.starts_with('{')) {
        // No label of ours has a brace in its value.
        const std::size_t end = rest.find('}');
        if (end == rest.npos) return std::nullopt;
        given = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
    }
    if (!rest.starts_with(' ')) return std::nullopt;
    const bool all = std::ranges::all_of(
        labels, [&](std::string_view label) { return given.find(label) != given.npos; });
    return all ? std::optional{rest.substr(1)} : std::nullopt;
}

}  // namespace

std::size_t kib_line(std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return number_in(line.substr(name.size())) * 1'024;
    }
    return 0;
}

std::size_t socket_bytes(std::string_view sockstat, std::size_t page_bytes) {
    constexpr std::string_view mark = " mem ";
    std::size_t pages = 0;
    while (!sockstat.empty()) {
        const std::string_view line = take_line(sockstat);
        const std::size_t at = line.find(mark);
        if (at != line.npos) pages += number_in(line.substr(at + mark.size()));
    }
    return pages * page_bytes;
}

std::optional<double> metric_sum(std::string_view text, std::string_view name,
                                 std::span<const std::string_view> labels) {
    std::optional<double> sum;
    while (!text.empty()) {
        const auto value = value_of(take_line(text), name, labels);
        if (!value) continue;
        double number = 0;
        std::from_chars((*value).data(), (*value).data() + (*value).size(), number);
        sum = sum.value_or(0) + number;
    }
    return sum;
}

}  // namespace tickweir::bench

#include "gateway/commands/option_values.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "book/decimal.hpp"

namespace tickweir::gateway {
namespace {

std::string quoted(std::string_view text) {
    return std::string{"'"}.append(text).append("'");
}

/// All of `text` as a number: digits only, no sign or blank.
template <class Number>
std::optional<Number> digits(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

replay::Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t least,
                                          std::uint64_t most) {
    const bool is_number =
        !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return quoted(text) + " is not a whole number";
    const auto number = digits<std::uint64_t>(text);
    if (!number || *number < least || *number > most)
        return std::string{text} + " is not between " + std::to_string(least) + " and " +
               std::to_string(most);
    return *number;
}

replay::Result<std::chrono::year_month_day> parse_date(std::string_view text) {
    const std::string wrong = quoted(text) + " is not a date (YYYY-MM-DD)";
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong;
    const auto year = digits<unsigned>(text.substr(0, 4));
    const auto month = digits<unsigned>(text.substr(5, 2));
    const auto day = digits<unsigned>(text.substr(8, 2));
    if (!year || !month || !day) return wrong;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok()) return quoted(text) + " is a date that does not exist";
    // Nanoseconds since the epoch in 64 bits hold no more; the year 2262 is not whole.
    if (*year < 1970 || *year > 2261)
        return std::string{text} + " is not between 1970-01-01 and 2261-12-31";
    return date;
}

replay::Result<Probability> parse_probability(std::string_view text) {
    constexpr unsigned decimals = 9;
    const book::ParsedDecimal parsed = book::parse_decimal(text, decimals);
    if (parsed.status == book::DecimalStatus::too_many_decimals)
        return quoted(text) + " has more than nine decimals";
    if (!parsed.ok()) return quoted(text) + " is not a decimal number";
    if (parsed.value < 0 || parsed.value >= Probability::one)
        return std::string{text} + " is not a probability from 0 to below 1";
    return Probability{static_cast<std::uint32_t>(parsed.value)};
}

replay::Result<std::vector<std::string>> parse_list(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0;;) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string part{text.substr(begin, end - begin)};
        if (part.empty()) return quoted(text) + " has an empty part (A,B,C is meant)";
        if (std::ranges::find(parts, part) != parts.end())
            return quoted(text) + " names " + part + " twice";
        parts.push_back(std::move(part));
        if (end == text.size()) return parts;
        begin = end + 1;
    }
}

}  // namespace tickweir::gateway

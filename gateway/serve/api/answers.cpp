#include "gateway/serve/api/answers.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway {

HttpResponse error_answer(std::uint16_t status, std::string_view reason) {
    HttpResponse answer;
    answer.status = status;
    answer.body = "{\"code\":";
    append_number(answer.body, status);
    answer.body += ",\"reason\":";
    append_json_string(answer.body, reason);
    answer.body += '}';
    return answer;
}

std::string quoted_excerpt(std::string_view text) {
    constexpr std::size_t most = 64;
    std::string out = "'";
    out += text.substr(0, most);
    out += text.size() > most ? "...'" : "'";
    return out;
}

std::string unknown_parameter(const Target& target, std::span<const std::string_view> takes) {
    for (std::size_t i = 0; i < target.parameter_count(); ++i) {
        const std::string_view name = target.parameter_name(i);
        if (std::ranges::find(takes, name) != takes.end()) continue;
        std::string known;
        for (const std::string_view one : takes)
            if (!one.empty()) (known += known.empty() ? "" : ", ") += one;
        return "unknown parameter " + quoted_excerpt(name) + "; " +
               (known.empty() ? "there are none" : "there are " + known);
    }
    return {};
}

std::optional<std::uint64_t> parse_digits(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || text.starts_with('-')) return std::nullopt;
    return static_cast<std::uint64_t>(value);
}

std::variant<std::uint64_t, std::string> count_parameter(const Target& target,
                                                         std::string_view name, std::uint64_t least,
                                                         std::uint64_t most,
                                                         std::uint64_t otherwise) {
    const auto text = target.parameter(name);
    if (!text) return otherwise;
    const auto value = parse_digits(*text);
    if (value && *value >= least && *value <= most) return *value;
    return std::string{name} + " must be " + std::to_string(least) + " to " + std::to_string(most) +
           ", got " + quoted_excerpt(*text);
}

}  // namespace tickweir::gateway

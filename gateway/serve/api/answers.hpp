// What all endpoints share: errors as INTERFACES §5 words them, and whole numbers in parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/serve/api/target.hpp"
#include "gateway/serve/http_message.hpp"

namespace tickweir::gateway {

/// `{"code": status, "reason": "..."}`.
HttpResponse error_answer(std::uint16_t status, std::string_view reason);

/// Text of a client between quotes, cut to a length fit for a reason.
std::string quoted_excerpt(std::string_view text);

/// Why the parameters are refused that are not among `takes` (where empty names do not count);
/// empty: they are not.
std::string unknown_parameter(const Target& target, std::span<const std::string_view> takes);

/// Digits only, no sign, at most INT64_MAX.
std::optional<std::uint64_t> parse_digits(std::string_view text);

/// The parameter, or `otherwise` where it is absent, or the reason why it is neither.
std::variant<std::uint64_t, std::string> count_parameter(const Target& target,
                                                         std::string_view name, std::uint64_t least,
                                                         std::uint64_t most,
                                                         std::uint64_t otherwise);

}  // namespace tickweir::gateway

// The options of `tickweir publish` that are more than a number or a text, and how they go
// together.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "gateway/commands/option_values.hpp"
#include "gateway/commands/publish_options.hpp"

namespace tickweir::gateway {

/// What the options cannot take before they are all known.
struct PublishExtras {
    std::optional<replay::SpeedMillionths> speed;
    std::optional<std::uint32_t> rerequest_rate;
};

/// "max", or a number of times above 0 with at most six decimals.
replay::Result<replay::SpeedMillionths> parse_speed(const std::string& text);
/// Seconds with at most three decimals, up to a day.
replay::Result<std::chrono::milliseconds> parse_linger(const std::string& text);
/// Microseconds up to ten seconds.
replay::Result<std::chrono::microseconds> parse_lag(const std::string& text);
/// 1 to 10 letters and digits.
replay::Result<std::string> parse_session_name(const std::string& text);
/// At most `most` printable characters.
replay::Result<std::string> parse_login_text(const std::string& text, std::size_t most);

/// What single options cannot know: how they go together. The reason against it, if there is one.
std::optional<std::string> settle(PublishOptions& options, const PublishExtras& extras);

}  // namespace tickweir::gateway

#include "gateway/cli_publish.hpp"

#include <algorithm>

#include "book/decimal.hpp"

namespace tickweir::gateway {
namespace {

using replay::Result;

std::string quoted(const std::string& text) {
    return "'" + text + "'";
}

/// A decimal number with at most `decimals` decimals, in units of the last of them.
std::optional<std::int64_t> units(const std::string& text, unsigned decimals) {
    const book::ParsedDecimal parsed = book::parse_decimal(text, decimals);
    if (!parsed.ok()) return std::nullopt;
    return parsed.value;
}

/// Texts are errors too, so what a text is has to be said.
Result<std::string> good_text(const std::string& text) {
    return {boost::system::in_place_value, text};
}
Result<std::string> wrong_text(const std::string& why) {
    return {boost::system::in_place_error, why};
}

/// Options that mean nothing without another one.
std::optional<std::string> without(const PublishOptions& options, const PublishExtras& extras) {
    const PublishOptions defaults;
    const bool of_lines = options.faults != defaults.faults || options.mold_b ||
                          options.stall_every.count() != 0 || options.rerequest;
    if (of_lines && !options.mold)
        return "--mold-b, --loss, --duplicate, --reorder, --stall-every and --rerequest need "
               "--mold";
    if (options.delay_b.count() != 0 && !options.mold_b) return "--delay-b needs --mold-b";
    if ((options.stall_every.count() == 0) != (options.stall.count() == 0))
        return "--stall-every and --stall-ms go together";
    const bool of_requests = extras.rerequest_rate || options.rerequest_mute ||
                             options.rerequest_loss != defaults.rerequest_loss;
    if (of_requests && !options.rerequest)
        return "--rerequest-rate, --rerequest-loss and --rerequest-mute need --rerequest";
    if ((options.soup_user || options.soup_password) && !options.soup)
        return "--soup-user and --soup-password need --soup";
    return std::nullopt;
}

}  // namespace

Result<replay::SpeedMillionths> parse_speed(const std::string& text) {
    constexpr std::int64_t most = 1'000'000'000'000;
    if (text == "max") return replay::SpeedMillionths{};
    const auto millionths = units(text, 6);
    if (!millionths) return quoted(text) + " is not a number with at most six decimals, or max";
    if (*millionths < 1 || *millionths > most)
        return text + " is not between 0.000001 and 1000000, or max";
    return replay::SpeedMillionths{static_cast<std::uint64_t>(*millionths)};
}

Result<std::chrono::milliseconds> parse_linger(const std::string& text) {
    constexpr std::int64_t day_ms = 86'400'000;
    const auto ms = units(text, 3);
    if (!ms) return quoted(text) + " is not a number of seconds with at most three decimals";
    if (*ms < 0 || *ms > day_ms) return text + " is not between 0 and 86400";
    return std::chrono::milliseconds{*ms};
}

Result<std::chrono::microseconds> parse_lag(const std::string& text) {
    const auto count = parse_count(text, 0, 10'000'000);
    if (!count) return count.error();
    return std::chrono::microseconds{static_cast<std::int64_t>(*count)};
}

Result<std::string> parse_session_name(const std::string& text) {
    constexpr std::size_t most = 10;
    const auto good = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    if (text.empty() || text.size() > most || !std::ranges::all_of(text, good))
        return wrong_text(quoted(text) + " is not 1 to 10 letters and digits");
    return good_text(text);
}

Result<std::string> parse_login_text(const std::string& text, std::size_t most) {
    const auto good = [](char c) { return c > ' ' && c <= '~'; };
    if (text.empty() || text.size() > most || !std::ranges::all_of(text, good))
        return wrong_text(quoted(text) + " is not 1 to " + std::to_string(most) +
                          " characters without blanks");
    return good_text(text);
}

std::optional<std::string> settle(PublishOptions& options, const PublishExtras& extras) {
    if (!options.mold && !options.soup) return "where to? --mold or --soup is missing";
    if (extras.speed && options.rate) return "--speed and --rate exclude each other";
    options.speed = extras.speed.value_or(options.speed);
    options.rerequest_rate = extras.rerequest_rate.value_or(options.rerequest_rate);
    if (options.mold && options.mold == options.mold_b)
        return "--mold and --mold-b are both " + udp_url(*options.mold);
    if (options.stall_every.count() != 0 && options.stall >= options.stall_every)
        return "--stall-ms is not shorter than --stall-every";
    if (options.loop && options.session &&
        options.session->size() > PublishOptions::numbered_session_max)
        return "--session: '" + *options.session + "' has more than 6 characters, with --loop";
    return without(options, extras);
}

}  // namespace tickweir::gateway

#include "gateway/admin/venue_actions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "book/exact/decimal.hpp"
#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {

using book::exact::Decimal;

namespace {

/// A request whose parameters are read one after the other, until one makes no sense.
class Reader {
public:
    explicit Reader(const Target& target) : target_{target} {}

    const std::string& wrong() const { return wrong_; }
    void refuse(std::string why) {
        if (wrong_.empty()) wrong_ = std::move(why);
    }
    std::string_view name() const { return target_.segment(3); }

    std::string text(std::string_view parameter) {
        const auto given = target_.parameter(parameter);
        if (!given || given->empty()) refuse(std::string{parameter} + " is missing");
        return std::string{given.value_or("")};
    }
    std::optional<std::string> optional_text(std::string_view parameter) {
        if (!target_.parameter(parameter)) return std::nullopt;
        return text(parameter);
    }
    Decimal number(std::string_view parameter) {
        const std::string given = text(parameter);
        const book::exact::ParsedNumber parsed = book::exact::parse_number(given);
        if (!parsed.ok())
            refuse(std::string{parameter} + " must be a decimal number, got " +
                   quoted_excerpt(given));
        return parsed.value;
    }
    std::uint64_t trade() {
        const auto id = parse_digits(name());
        if (!id) refuse("a trade is named by its number, not " + quoted_excerpt(name()));
        return id.value_or(0);
    }
    std::optional<shield::LoadMode> mode(std::string_view parameter) {
        const auto given = target_.parameter(parameter);
        if (!given) return std::nullopt;
        const auto& names = shield::load_mode_names;
        const auto found = std::ranges::find(names, *given);
        if (found == names.end()) {
            refuse(std::string{parameter} + " must be L0 to L5, got " + quoted_excerpt(*given));
            return std::nullopt;
        }
        return static_cast<shield::LoadMode>(found - names.begin());
    }
    std::uint64_t count(std::string_view parameter, std::uint64_t least, std::uint64_t most,
                        std::uint64_t otherwise) {
        const auto given = count_parameter(target_, parameter, least, most, otherwise);
        if (const auto* why = std::get_if<std::string>(&given)) refuse(*why);
        const auto* value = std::get_if<std::uint64_t>(&given);
        return value == nullptr ? otherwise : *value;
    }

private:
    const Target& target_;
    std::string wrong_;
};

control::Command account(Reader& reader) {
    return control::ViewAccount{
        .account = std::string{reader.name()},
        .after = reader.count("after", 0, INT64_MAX, 0),
        .orders_max = reader.count("limit", 1, account_orders_max, account_orders_max)};
}
control::Command deposit(Reader& reader) {
    return control::Deposit{std::string{reader.name()}, reader.text("asset"),
                            reader.number("amount")};
}
control::Command withdraw(Reader& reader) {
    return control::Withdraw{std::string{reader.name()}, reader.text("asset"),
                             reader.number("amount")};
}
control::Command halt(Reader& reader) {
    return control::Halt{std::string{reader.name()}};
}
control::Command resume(Reader& reader) {
    return control::Resume{std::string{reader.name()}};
}
control::Command bust(Reader& reader) {
    return control::Bust{reader.trade()};
}
control::Command correct(Reader& reader) {
    return control::Correct{reader.trade(), reader.number("price"), reader.number("quantity")};
}

/// Everything only where that was said, so that a forgotten parameter does not end the day.
control::Command kill(Reader& reader) {
    control::Kill kill{.session = reader.optional_text("session"),
                       .account = reader.optional_text("account"),
                       .instrument = reader.optional_text("instrument")};
    const auto all = reader.optional_text("all");
    kill.all = all.has_value();
    const bool some = kill.session || kill.account || kill.instrument;
    if (all && *all != "yes") reader.refuse("all must be yes, got " + quoted_excerpt(*all));
    if (all && some) reader.refuse("all=yes goes with no other");
    if (!all && !some) reader.refuse("which session, account or instrument? Or all=yes");
    return kill;
}

control::Command mode(Reader& reader) {
    const control::SetMode mode{reader.mode("floor"), reader.mode("ceiling")};
    if (mode.floor && mode.ceiling && *mode.floor > *mode.ceiling)
        reader.refuse("the floor is above the ceiling");
    return mode;
}

}  // namespace

struct VenueRoute {
    std::string_view folder;  ///< behind /v1/venue
    bool named;               ///< a name follows
    std::string_view action;  ///< behind that; empty: none
    control::Command (*read)(Reader&);
    std::array<std::string_view, 5> takes;
    std::string_view name;

    bool matches(const Target& target) const {
        const std::size_t parts = 3U + (named ? 1U : 0U) + (action.empty() ? 0U : 1U);
        if (target.segment_count() != parts || target.segment(2) != folder) return false;
        if (named && target.segment(3).empty()) return false;
        return action.empty() || target.segment(parts - 1) == action;
    }
};

namespace {

constexpr std::array routes{
    VenueRoute{"accounts", true, "", &account, {"by", "after", "limit"}, "account"},
    VenueRoute{"accounts", true, "deposit", &deposit, {"by", "asset", "amount"}, "deposit"},
    VenueRoute{"accounts", true, "withdraw", &withdraw, {"by", "asset", "amount"}, "withdraw"},
    VenueRoute{"instruments", true, "halt", &halt, {"by"}, "halt"},
    VenueRoute{"instruments", true, "resume", &resume, {"by"}, "resume"},
    VenueRoute{"trades", true, "bust", &bust, {"by"}, "bust"},
    VenueRoute{"trades", true, "correct", &correct, {"by", "price", "quantity"}, "correct"},
    VenueRoute{"kill", false, "", &kill, {"by", "session", "account", "instrument", "all"}, "kill"},
    VenueRoute{"mode", false, "", &mode, {"by", "floor", "ceiling"}, "mode"}};

/// Names, numbers and words as they were sent, in the order of the route.
std::string described(const VenueRoute& route, const Target& target) {
    std::string text{route.name};
    if (route.named) (text += ' ') += target.segment(3);
    for (const std::string_view name : route.takes) {
        const auto value = name == "by" ? std::nullopt : target.parameter(name);
        if (value) ((text += ' ').append(name) += '=') += *value;
    }
    return text;
}

}  // namespace

const VenueRoute* find_venue_route(const Target& target) {
    if (target.segment_count() < 3 || target.segment(0) != "v1" || target.segment(1) != "venue")
        return nullptr;
    const auto found = std::ranges::find_if(
        routes, [&](const VenueRoute& route) { return route.matches(target); });
    return found == routes.end() ? nullptr : &*found;
}

bool is_question(const VenueRoute& route) {
    return route.read == &account;
}

std::variant<VenueAction, std::string> parse_venue_action(const VenueRoute& route,
                                                          const Target& target,
                                                          const AdminLimits& limits) {
    if (std::string wrong = unknown_parameter(target, route.takes); !wrong.empty()) return wrong;
    TextParameter by = text_parameter(target, "by", limits.by_bytes);
    if (!by.wrong.empty()) return std::move(by.wrong);
    Reader reader{target};
    VenueAction action{.command = route.read(reader),
                       .name = std::string{route.name},
                       .of = route.named ? std::string{target.segment(3)} : std::string{},
                       .what = described(route, target),
                       .who = std::move(by.text)};
    if (!reader.wrong().empty()) return reader.wrong();
    return action;
}

TextParameter text_parameter(const Target& target, std::string_view name, std::size_t most) {
    const std::string_view text = target.parameter(name).value_or("");
    if (text.size() > most)
        return {{}, std::string{name} + " is longer than " + std::to_string(most) + " bytes"};
    if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
        return {{}, std::string{name} + " has characters that are not printable ASCII"};
    return {std::string{text}, {}};
}

}  // namespace tickweir::gateway

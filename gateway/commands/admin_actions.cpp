#include "gateway/commands/admin_actions.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "gateway/commands/http_client.hpp"

namespace tickweir::gateway {
namespace {

using Action = AdminOptions::Action;

constexpr std::array actions{
    AdminActionInfo{Action::sessions, "sessions", AdminSubject::sessions, true},
    AdminActionInfo{Action::logout, "logout", AdminSubject::sessions},
    AdminActionInfo{Action::enable, "enable", AdminSubject::sessions},
    AdminActionInfo{Action::disable, "disable", AdminSubject::sessions},
    AdminActionInfo{Action::reset, "reset", AdminSubject::sessions},
    AdminActionInfo{Action::breaker, "breaker", AdminSubject::sessions},
    AdminActionInfo{Action::account, "account", AdminSubject::accounts, true},
    AdminActionInfo{Action::deposit, "deposit", AdminSubject::accounts},
    AdminActionInfo{Action::withdraw, "withdraw", AdminSubject::accounts},
    AdminActionInfo{Action::halt, "halt", AdminSubject::instruments},
    AdminActionInfo{Action::resume, "resume", AdminSubject::instruments},
    AdminActionInfo{Action::bust, "bust", AdminSubject::trades},
    AdminActionInfo{Action::correct, "correct", AdminSubject::trades},
    AdminActionInfo{Action::kill, "kill", AdminSubject::venue},
    AdminActionInfo{Action::mode, "mode", AdminSubject::venue},
    AdminActionInfo{Action::reload, "reload", AdminSubject::gateway}};

/// What may stand behind ACTION.
std::string_view names_of(AdminSubject subject) {
    switch (subject) {
        case AdminSubject::sessions:
            return "SESSION";
        case AdminSubject::accounts:
            return "ACCOUNT";
        case AdminSubject::instruments:
            return "SYMBOL";
        case AdminSubject::trades:
            return "TRADE";
        case AdminSubject::venue:
        case AdminSubject::gateway:
            break;
    }
    return {};
}

std::string_view folder_of(AdminSubject subject) {
    switch (subject) {
        case AdminSubject::sessions:
            return "/v1/sessions";
        case AdminSubject::accounts:
            return "/v1/venue/accounts";
        case AdminSubject::instruments:
            return "/v1/venue/instruments";
        case AdminSubject::trades:
            return "/v1/venue/trades";
        case AdminSubject::gateway:
            return "/v1";
        case AdminSubject::venue:
            break;
    }
    return "/v1/venue";
}

/// A parameter of the request; its option has dashes for underscores.
struct Parameter {
    std::string_view name;
    std::optional<std::string> (*value)(const AdminOptions&);
    std::vector<Action> of;
    bool needed = false;
};

template <auto member>
std::optional<std::string> text(const AdminOptions& options) {
    return options.*member;
}
template <auto member>
std::optional<std::string> number(const AdminOptions& options) {
    const auto& value = options.*member;
    return value ? std::optional{std::to_string(*value)} : std::nullopt;
}
std::optional<std::string> all(const AdminOptions& options) {
    return options.all ? std::optional<std::string>{"yes"} : std::nullopt;
}

const std::vector<Parameter>& parameters() {
    using O = AdminOptions;
    static const std::vector<Parameter> table{
        {"text", text<&O::text>, {Action::logout, Action::disable}},
        {"next_inbound", number<&O::next_inbound>, {Action::reset}},
        {"next_outbound", number<&O::next_outbound>, {Action::reset}},
        {"force", text<&O::force>, {Action::breaker}, true},
        {"asset", text<&O::asset>, {Action::deposit, Action::withdraw}, true},
        {"amount", text<&O::amount>, {Action::deposit, Action::withdraw}, true},
        {"price", text<&O::price>, {Action::correct}, true},
        {"quantity", text<&O::quantity>, {Action::correct}, true},
        {"session", text<&O::session>, {Action::kill}},
        {"account", text<&O::account>, {Action::kill}},
        {"instrument", text<&O::instrument>, {Action::kill}},
        {"all", all, {Action::kill}},
        {"floor", text<&O::floor>, {Action::mode}},
        {"ceiling", text<&O::ceiling>, {Action::mode}}};
    return table;
}

std::string option_of(const Parameter& parameter) {
    std::string option = "--" + std::string{parameter.name};
    std::ranges::replace(option, '_', '-');
    return option;
}

/// `logout and disable`.
std::string list_of(const std::vector<Action>& of) {
    std::string list;
    for (const Action action : of)
        (list += list.empty() ? "" : " and ") += info_of(action).name;
    return list;
}

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

std::string contradiction_of_names(const AdminOptions& options) {
    const AdminActionInfo& info = info_of(options.action);
    const std::string_view what = names_of(info.subject);
    if (what.empty())
        return options.names.empty() ? std::string{}
                                     : std::string{info.name} + " takes no name, only options";
    if (options.action != Action::sessions && options.names.empty())
        return "which " + std::string{what} + '?';
    if (std::ranges::find(options.names, "") == options.names.end()) return {};
    return "a name of " + std::string{what} + " is empty";
}

}  // namespace

const AdminActionInfo& info_of(Action action) {
    return *std::ranges::find(actions, action, &AdminActionInfo::action);
}

std::string contradiction(const AdminOptions& options) {
    if (std::string why = contradiction_of_names(options); !why.empty()) return why;
    for (const Parameter& parameter : parameters()) {
        const bool fits = std::ranges::find(parameter.of, options.action) != parameter.of.end();
        const auto value = parameter.value(options);
        if (value && !fits) return option_of(parameter) + " goes with " + list_of(parameter.of);
        if (!value && fits && parameter.needed)
            return std::string{info_of(options.action).name} + " needs " + option_of(parameter);
        if (!printable(value.value_or("")))
            return option_of(parameter) + " has characters that cannot be sent";
    }
    const bool some = options.session || options.account || options.instrument;
    if (options.action == Action::kill && options.all == some)
        return "kill needs --session, --account or --instrument, or --all and none of them";
    if (!printable(options.by.value_or(""))) return "--by has characters that cannot be shown";
    return {};
}

std::string admin_target(const AdminOptions& options, std::string_view name, std::string_view by) {
    const AdminActionInfo& info = info_of(options.action);
    std::string target{folder_of(info.subject)};
    if (!name.empty()) target += '/' + percent_encoded(name);
    if (!info.asks) target += '/' + std::string{info.name};
    target += "?by=" + percent_encoded(by);
    for (const Parameter& parameter : parameters())
        if (const auto value = parameter.value(options))
            target += '&' + std::string{parameter.name} + '=' + percent_encoded(*value);
    return target;
}

}  // namespace tickweir::gateway

#include "gateway/admin/admin_api.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <variant>

#include "gateway/admin/sessions_json.hpp"
#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {

namespace {

constexpr std::string_view methods_of_list = "GET, HEAD, OPTIONS";
constexpr std::string_view methods_of_action = "POST, OPTIONS";

struct ActionKind {
    std::string_view name;
    fix::SessionAction action;
    std::array<std::string_view, 3> takes;
};
constexpr std::array kinds{
    ActionKind{"logout", fix::SessionAction::logout, {"by", "text"}},
    ActionKind{"enable", fix::SessionAction::enable, {"by"}},
    ActionKind{"disable", fix::SessionAction::disable, {"by", "text"}},
    ActionKind{"reset", fix::SessionAction::reset, {"by", "next_inbound", "next_outbound"}},
    ActionKind{"breaker", fix::SessionAction::breaker, {"by", "force"}}};

constexpr std::array<std::string_view, 4> force_names{"none", "open", "closed", "disabled"};

std::optional<shield::BreakerForce> breaker_force(const Target& target) {
    const auto found = std::ranges::find(force_names, target.parameter("force").value_or(""));
    if (found == force_names.end()) return std::nullopt;
    return static_cast<shield::BreakerForce>(found - force_names.begin());
}

bool is_list(const Target& target) {
    return target.segment_count() == 2 && target.segment(0) == "v1" &&
           target.segment(1) == "sessions";
}

const ActionKind* find_kind(const Target& target) {
    if (target.segment_count() != 4 || target.segment(0) != "v1" ||
        target.segment(1) != "sessions" || target.segment(2).empty())
        return nullptr;
    const auto found = std::ranges::find(kinds, target.segment(3), &ActionKind::name);
    return found == kinds.end() ? nullptr : found;
}

HttpResponse wrong_method(std::string_view method, std::string_view allow) {
    HttpResponse answer = error_answer(405, "method " + quoted_excerpt(method) +
                                                " is not allowed; there are " + std::string{allow});
    answer.allow = allow;
    return answer;
}

}  // namespace

/// An action as it was asked for, checked.
struct AdminApi::Action {
    fix::SessionCommand command;
    std::string name;
    std::string who;

    std::string what() const {
        std::string text = name + ' ' + command.session;
        if (command.action == fix::SessionAction::reset)
            text += " next_inbound=" + std::to_string(command.next_inbound) +
                    " next_outbound=" + std::to_string(command.next_outbound);
        if (command.action == fix::SessionAction::breaker)
            text += " force=" + std::string{force_names[static_cast<std::size_t>(command.force)]};
        if (!command.text.empty()) text += " text=" + command.text;
        return text;
    }
};

AdminApi::AdminApi(const AdminLimits& limits, fix::SessionsControl& control, std::string token,
                   Told told, AdminAsking asking)
    : desk_{limits, std::move(told), {}, {}},
      control_{control},
      keys_{{{std::move(token), static_cast<std::uint8_t>(Right::administration)}}} {
    if (asking.venue != nullptr) venue_.emplace(desk_, *asking.venue, asking.asker);
    if (asking.reloads != nullptr) reloads_.emplace(desk_, *asking.reloads, asking.asker);
}

std::optional<HttpResponse> AdminApi::refuse_access(const HttpRequest& request) {
    if (keys_.check(request.authorization, Right::administration) == Access::granted)
        return std::nullopt;
    ++desk_.counts.no_access;
    const bool has_one = !request.authorization.empty();
    desk_.told({AdminEvent::Kind::no_access, {}, {}, has_one ? "a wrong token" : "no token"});
    return error_answer(401, has_one ? "the token is not the one of this gateway"
                                     : "a token is needed: Authorization: Bearer TOKEN");
}

std::optional<HttpResponse> AdminApi::authorize(const HttpRequest& request) {
    if (auto refused = refuse_access(request)) return refused;
    return error_answer(404, "there are no WebSockets here");
}

HttpResponse AdminApi::options(const HttpRequest& request) {
    if (auto refused = refuse_access(request)) return std::move(*refused);
    const auto parsed = Target::parse(request.target, desk_.limits.target);
    const Target* const target = std::get_if<Target>(&parsed);
    HttpResponse answer;
    answer.status = 204;
    const VenueRoute* const route = target == nullptr ? nullptr : find_venue_route(*target);
    const bool acts =
        target != nullptr && (find_kind(*target) != nullptr || ReloadAdmin::is_at(*target) ||
                              (route != nullptr && !is_question(*route)));
    answer.allow = acts ? methods_of_action : methods_of_list;
    return answer;
}

std::optional<HttpResponse> AdminApi::handle(const HttpRequest& request, PendingAnswer pending,
                                             book::TimeNs now) {
    if (auto refused = refuse_access(request)) return refused;
    ++desk_.counts.requests;
    if (!request_rate_.admit(now, desk_.limits.requests_per_second)) {
        ++desk_.counts.throttled;
        return error_answer(429, "more than " + std::to_string(desk_.limits.requests_per_second) +
                                     " requests a second");
    }
    const auto parsed = Target::parse(request.target, desk_.limits.target);
    if (const auto* error = std::get_if<TargetError>(&parsed))
        return error_answer(error->status, error->reason);
    const Target& target = std::get<Target>(parsed);
    if (request.has_body)
        return error_answer(400, "no resource takes a body; parameters stand behind a '?'");
    if (is_list(target)) return sessions(target, request.method);
    if (find_kind(target) != nullptr) return act(target, request, pending, now);
    if (ReloadAdmin::is_at(target)) return ask_reload(target, request.method, pending, now);
    if (const VenueRoute* const route = find_venue_route(target))
        return ask_venue(*route, target, request.method, pending, now);
    return error_answer(404, "there is nothing at " + quoted_excerpt(target.path()));
}

std::optional<HttpResponse> AdminApi::ask_reload(const Target& target, std::string_view method,
                                                 PendingAnswer pending, book::TimeNs now) {
    if (!reloads_) return error_answer(404, "the configuration is not read again here");
    if (method != "POST") return wrong_method(method, methods_of_action);
    return reloads_->ask(target, pending, now);
}

std::optional<HttpResponse> AdminApi::ask_venue(const VenueRoute& route, const Target& target,
                                                std::string_view method, PendingAnswer pending,
                                                book::TimeNs now) {
    if (!venue_) return error_answer(404, "this gateway runs no venue (venue.data is not set)");
    const bool asks = is_question(route);
    const bool fits = asks ? method == "GET" || method == "HEAD" : method == "POST";
    if (!fits) return wrong_method(method, asks ? methods_of_list : methods_of_action);
    return venue_->ask(route, target, pending, now);
}

HttpResponse AdminApi::sessions(const Target& target, std::string_view method) {
    if (method != "GET" && method != "HEAD") return wrong_method(method, methods_of_list);
    if (const std::string wrong = unknown_parameter(target, {}); !wrong.empty())
        return error_answer(400, wrong);
    HttpResponse answer;
    answer.body = sessions_json(control_.rows());
    return answer;
}

std::optional<HttpResponse> AdminApi::act(const Target& target, const HttpRequest& request,
                                          PendingAnswer pending, book::TimeNs now) {
    if (request.method != "POST") return wrong_method(request.method, methods_of_action);
    const ActionKind& kind = *find_kind(target);
    if (const std::string wrong = unknown_parameter(target, kind.takes); !wrong.empty())
        return error_answer(400, wrong);
    Action action;
    action.name = kind.name;
    action.command.action = kind.action;
    action.command.session = target.segment(2);
    for (const auto& [name, most, into] :
         {std::tuple{"by", desk_.limits.by_bytes, &action.who},
          std::tuple{"text", desk_.limits.text_bytes, &action.command.text}}) {
        TextParameter given = text_parameter(target, name, most);
        if (!given.wrong.empty()) return error_answer(400, given.wrong);
        *into = std::move(given.text);
    }
    if (kind.action == fix::SessionAction::breaker) {
        const auto force = breaker_force(target);
        if (!force) return error_answer(400, "force must be open, closed, disabled or none");
        action.command.force = *force;
    }
    for (const auto& [name, number] : {std::pair{"next_inbound", &action.command.next_inbound},
                                       std::pair{"next_outbound", &action.command.next_outbound}}) {
        const auto given = count_parameter(target, name, 1, desk_.limits.sequence_number, 1);
        if (const auto* why = std::get_if<std::string>(&given)) return error_answer(400, *why);
        *number = std::get<std::uint64_t>(given);
    }
    return hand_over(action, pending, now);
}

std::optional<HttpResponse> AdminApi::hand_over(const Action& action, PendingAnswer pending,
                                                book::TimeNs now) {
    const auto refuse = [&](std::uint16_t status, std::string_view why) {
        desk_.told({AdminEvent::Kind::refused, action.who, action.what(), std::string{why}});
        return error_answer(status, why);
    };
    if (!std::ranges::count(control_.rows(), action.command.session, &fix::SessionRow::name))
        return refuse(404, "there is no session " + quoted_excerpt(action.command.session));
    if (!desk_.action_rate.admit(now, desk_.limits.actions_per_second)) {
        ++desk_.counts.throttled;
        return refuse(429, "more than " + std::to_string(desk_.limits.actions_per_second) +
                               " actions a second");
    }
    if (waiting_.size() >= desk_.limits.waiting)
        return refuse(503, "too many actions wait for the FIX thread");
    const auto ticket = control_.request(action.command);
    if (!ticket) return refuse(503, "too many actions wait for the FIX thread");
    ++desk_.counts.actions;
    desk_.told({AdminEvent::Kind::asked, action.who, action.what(), {}});
    waiting_.add(*ticket, pending, now,
                 {action.command.session, action.name, action.who, action.what()});
    return std::nullopt;
}

HttpResponse AdminApi::outcome(const Asked& asked, const fix::CommandAnswer& answer) {
    const bool done = answer.status == fix::CommandStatus::done;
    std::string why = answer.text;
    if (why.empty() && !done) why = "it was refused";
    if (answer.status == fix::CommandStatus::unknown_session)
        why = "there is no session " + quoted_excerpt(asked.session);
    if (!done) ++desk_.counts.refused;
    desk_.told({done ? AdminEvent::Kind::done : AdminEvent::Kind::refused, asked.who, asked.what,
                done ? answer.text : why});
    switch (answer.status) {
        case fix::CommandStatus::done: {
            HttpResponse response;
            response.body = action_json(asked.session, asked.action, answer.text);
            return response;
        }
        case fix::CommandStatus::unknown_session:
            return error_answer(404, why);
        case fix::CommandStatus::refused:
            break;
    }
    return error_answer(409, why);
}

std::vector<AdminApi::Answer> AdminApi::take_answers(book::TimeNs now) {
    std::vector<Answer> answers;
    waiting_.take_answers(
        desk_, control_, now, answers,
        [this](const Asked& asked, const fix::CommandAnswer& answer) {
            return outcome(asked, answer);
        },
        [this](const Asked& asked) {
            desk_.told(
                {AdminEvent::Kind::late, asked.who, asked.what, "the FIX thread has not answered"});
        });
    if (venue_) venue_->take_answers(now, answers);
    if (reloads_) reloads_->take_answers(now, answers);
    return answers;
}

}  // namespace tickweir::gateway

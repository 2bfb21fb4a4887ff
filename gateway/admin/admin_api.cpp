#include "gateway/admin/admin_api.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "gateway/admin/sessions_json.hpp"
#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {

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
        if (!command.text.empty()) text += " text=" + command.text;
        return text;
    }
};

namespace {

constexpr std::string_view methods_of_list = "GET, HEAD, OPTIONS";
constexpr std::string_view methods_of_action = "POST, OPTIONS";
/// After so many timeouts the ticket of an action without an answer is forgotten.
constexpr int timeouts_kept = 12;

struct ActionKind {
    std::string_view name;
    fix::SessionAction action;
    std::array<std::string_view, 3> takes;
};
constexpr std::array kinds{
    ActionKind{"logout", fix::SessionAction::logout, {"by", "text"}},
    ActionKind{"enable", fix::SessionAction::enable, {"by"}},
    ActionKind{"disable", fix::SessionAction::disable, {"by", "text"}},
    ActionKind{"reset", fix::SessionAction::reset, {"by", "next_inbound", "next_outbound"}}};

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

/// A parameter that goes into FIX messages and logs: nothing but visible ASCII and blanks.
std::variant<std::string, HttpResponse> text_parameter(const Target& target, std::string_view name,
                                                       std::size_t most) {
    const std::string_view text = target.parameter(name).value_or("");
    if (text.size() > most)
        return error_answer(
            400, std::string{name} + " is longer than " + std::to_string(most) + " bytes");
    if (!std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
        return error_answer(400,
                            std::string{name} + " has characters that are not printable ASCII");
    return std::string{text};
}

}  // namespace

AdminApi::AdminApi(const AdminLimits& limits, fix::SessionsControl& control, std::string token,
                   Told told)
    : limits_{limits},
      control_{control},
      keys_{{{std::move(token), static_cast<std::uint8_t>(Right::administration)}}},
      told_{std::move(told)} {}

std::optional<HttpResponse> AdminApi::refuse_access(const HttpRequest& request) {
    if (keys_.check(request.authorization, Right::administration) == Access::granted)
        return std::nullopt;
    ++counts_.no_access;
    const bool has_one = !request.authorization.empty();
    told_({AdminEvent::Kind::no_access, {}, {}, has_one ? "a wrong token" : "no token"});
    return error_answer(401, has_one ? "the token is not the one of this gateway"
                                     : "a token is needed: Authorization: Bearer TOKEN");
}

std::optional<HttpResponse> AdminApi::authorize(const HttpRequest& request) {
    if (auto refused = refuse_access(request)) return refused;
    return error_answer(404, "there are no WebSockets here");
}

HttpResponse AdminApi::options(const HttpRequest& request) {
    if (auto refused = refuse_access(request)) return std::move(*refused);
    const auto parsed = Target::parse(request.target, limits_.target);
    const Target* const target = std::get_if<Target>(&parsed);
    HttpResponse answer;
    answer.status = 204;
    answer.allow =
        target != nullptr && find_kind(*target) != nullptr ? methods_of_action : methods_of_list;
    return answer;
}

std::optional<HttpResponse> AdminApi::handle(const HttpRequest& request, PendingAnswer pending,
                                             book::TimeNs now) {
    if (auto refused = refuse_access(request)) return refused;
    ++counts_.requests;
    if (!request_rate_.admit(now, limits_.requests_per_second)) {
        ++counts_.throttled;
        return error_answer(
            429, "more than " + std::to_string(limits_.requests_per_second) + " requests a second");
    }
    const auto parsed = Target::parse(request.target, limits_.target);
    if (const auto* error = std::get_if<TargetError>(&parsed))
        return error_answer(error->status, error->reason);
    const Target& target = std::get<Target>(parsed);
    if (request.has_body)
        return error_answer(400, "no resource takes a body; parameters stand behind a '?'");
    if (is_list(target)) return sessions(target, request.method);
    if (find_kind(target) != nullptr) return act(target, request, pending, now);
    return error_answer(404, "there is nothing at " + quoted_excerpt(target.path()));
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
    auto who = text_parameter(target, "by", limits_.by_bytes);
    if (auto* refused = std::get_if<HttpResponse>(&who)) return std::move(*refused);
    action.who = std::move(std::get<std::string>(who));
    auto text = text_parameter(target, "text", limits_.text_bytes);
    if (auto* refused = std::get_if<HttpResponse>(&text)) return std::move(*refused);
    action.command.text = std::move(std::get<std::string>(text));
    for (const auto& [name, number] : {std::pair{"next_inbound", &action.command.next_inbound},
                                       std::pair{"next_outbound", &action.command.next_outbound}}) {
        const auto given = count_parameter(target, name, 1, limits_.sequence_number, 1);
        if (const auto* why = std::get_if<std::string>(&given)) return error_answer(400, *why);
        *number = std::get<std::uint64_t>(given);
    }
    return hand_over(action, pending, now);
}

std::optional<HttpResponse> AdminApi::hand_over(const Action& action, PendingAnswer pending,
                                                book::TimeNs now) {
    const auto refuse = [&](std::uint16_t status, std::string_view why) {
        told_({AdminEvent::Kind::refused, action.who, action.what(), std::string{why}});
        return error_answer(status, why);
    };
    if (!std::ranges::count(control_.rows(), action.command.session, &fix::SessionRow::name))
        return refuse(404, "there is no session " + quoted_excerpt(action.command.session));
    if (!action_rate_.admit(now, limits_.actions_per_second)) {
        ++counts_.throttled;
        return refuse(
            429, "more than " + std::to_string(limits_.actions_per_second) + " actions a second");
    }
    if (waiting_.size() >= limits_.waiting)
        return refuse(503, "too many actions wait for the FIX thread");
    const auto ticket = control_.request(action.command);
    if (!ticket) return refuse(503, "too many actions wait for the FIX thread");
    ++counts_.actions;
    told_({AdminEvent::Kind::asked, action.who, action.what(), {}});
    waiting_.push_back(
        {*ticket, pending, now, action.command.session, action.name, action.who, action.what()});
    return std::nullopt;
}

HttpResponse AdminApi::outcome(const Waiting& waiting, const fix::CommandAnswer& answer) {
    const bool done = answer.status == fix::CommandStatus::done;
    std::string why = answer.text;
    if (why.empty() && !done) why = "it was refused";
    if (answer.status == fix::CommandStatus::unknown_session)
        why = "there is no session " + quoted_excerpt(waiting.session);
    if (!done) ++counts_.refused;
    told_({done ? AdminEvent::Kind::done : AdminEvent::Kind::refused, waiting.who, waiting.what,
           done ? answer.text : why});
    switch (answer.status) {
        case fix::CommandStatus::done: {
            HttpResponse response;
            response.body = action_json(waiting.session, waiting.action, answer.text);
            return response;
        }
        case fix::CommandStatus::unknown_session:
            return error_answer(404, why);
        case fix::CommandStatus::refused:
            break;
    }
    return error_answer(409, why);
}

/// Whether an action that has no answer yet may still get one. The transport has told its client
/// that there was none in time.
bool AdminApi::keep_waiting(Waiting& waiting, book::TimeNs now) {
    const auto waited = now - waiting.since;
    if (waited < limits_.answer_timeout) return true;
    if (!waiting.late) {
        waiting.late = true;
        ++counts_.late;
        told_(
            {AdminEvent::Kind::late, waiting.who, waiting.what, "the FIX thread has not answered"});
    }
    return waited < timeouts_kept * limits_.answer_timeout;
}

std::vector<AdminApi::Answer> AdminApi::take_answers(book::TimeNs now) {
    std::vector<Answer> answers;
    std::erase_if(waiting_, [&](Waiting& waiting) {
        const auto answer = control_.take_answer(waiting.ticket);
        if (!answer) return !keep_waiting(waiting, now);
        answers.push_back({waiting.pending, outcome(waiting, *answer)});
        return true;
    });
    return answers;
}

}  // namespace tickweir::gateway

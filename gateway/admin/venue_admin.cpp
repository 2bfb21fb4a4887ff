#include "gateway/admin/venue_admin.hpp"

#include <utility>
#include <variant>

#include "gateway/json_writer.hpp"
#include "gateway/serve/api/account_json.hpp"
#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {
namespace {

using Kind = AdminEvent::Kind;

/// `{"action": .., "of": .., "done": true, "lsn": ..}` and what the action answers beside that.
std::string done_json(const VenueAction& action, const control::Answer& answer) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    json.key("action");
    json.string(action.name);
    json.key("of");
    action.of.empty() ? json.null() : json.string(action.of);
    json.key("done");
    json.boolean(true);
    json.key("lsn");
    const auto lsn = static_cast<std::uint64_t>(answer.lsn);
    lsn == 0 ? json.null() : json.number(lsn);
    if (std::holds_alternative<control::Kill>(action.command)) {
        json.key("cancelled");
        json.number(answer.cancelled);
        json.key("withdrawn");
        json.number(answer.withdrawn);
    }
    if (answer.balance) {
        json.key("balance");
        write_balance(json, *answer.balance);
    }
    json.end_object();
    return out;
}

}  // namespace

std::optional<HttpResponse> VenueAdmin::ask(const VenueRoute& route, const Target& target,
                                            PendingAnswer pending, book::TimeNs now) {
    auto parsed = parse_venue_action(route, target, desk_.limits);
    if (const auto* wrong = std::get_if<std::string>(&parsed)) return error_answer(400, *wrong);
    VenueAction& action = std::get<VenueAction>(parsed);
    const bool changes = !is_question(route);
    const auto refuse = [&](std::uint16_t status, std::string_view why) {
        if (changes) tell(Kind::refused, action, std::string{why});
        return error_answer(status, why);
    };
    if (changes && !desk_.action_rate.admit(now, desk_.limits.actions_per_second)) {
        ++desk_.counts.throttled;
        return refuse(429, "more than " + std::to_string(desk_.limits.actions_per_second) +
                               " actions a second");
    }
    if (waiting_.size() >= desk_.limits.waiting)
        return refuse(503, "too many actions wait for the venue");
    const auto ticket = control_.request(action.command, asker_);
    if (!ticket) return refuse(503, "too many actions wait for the venue");
    if (changes) {
        ++desk_.counts.actions;
        tell(Kind::asked, action, {});
    }
    waiting_.add(*ticket, pending, now, {std::move(action), changes});
    return std::nullopt;
}

HttpResponse VenueAdmin::outcome(const Asked& asked, const control::Answer& answer) {
    if (answer.status != control::Status::done) {
        HttpResponse refused = refused_answer(answer);
        if (asked.is_told) {
            ++desk_.counts.refused;
            tell(
                Kind::refused, asked.action,
                answer.text.empty() ? std::string{control::to_string(answer.status)} : answer.text);
        }
        return refused;
    }
    if (asked.is_told)
        tell(Kind::done, asked.action,
             "LSN " + std::to_string(static_cast<std::uint64_t>(answer.lsn)));
    HttpResponse response;
    response.body =
        answer.account ? account_json(*answer.account) : done_json(asked.action, answer);
    return response;
}

void VenueAdmin::take_answers(book::TimeNs now, std::vector<AdminAnswer>& answers) {
    waiting_.take_answers(
        desk_, control_, now, answers,
        [this](const Asked& asked, const control::Answer& answer) {
            return outcome(asked, answer);
        },
        [this](const Asked& asked) {
            if (asked.is_told)
                tell(Kind::late, asked.action, "the venue's thread has not answered");
        });
}

}  // namespace tickweir::gateway

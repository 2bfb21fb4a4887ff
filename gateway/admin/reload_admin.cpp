#include "gateway/admin/reload_admin.hpp"

#include <array>
#include <utility>

#include "gateway/admin/venue_actions.hpp"
#include "gateway/json_writer.hpp"
#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {
namespace {

using Kind = AdminEvent::Kind;

std::string done_json(std::size_t changed) {
    std::string out;
    JsonWriter json{out};
    json.begin_object();
    json.key("action");
    json.string("reload");
    json.key("done");
    json.boolean(true);
    json.key("changed");
    json.number(std::uint64_t{changed});
    json.end_object();
    return out;
}

}  // namespace

bool ReloadAdmin::is_at(const Target& target) {
    return target.segment_count() == 2 && target.segment(0) == "v1" &&
           target.segment(1) == "reload";
}

std::optional<HttpResponse> ReloadAdmin::ask(const Target& target, PendingAnswer pending,
                                             book::TimeNs now) {
    constexpr std::array<std::string_view, 1> takes{"by"};
    if (const std::string wrong = unknown_parameter(target, takes); !wrong.empty())
        return error_answer(400, wrong);
    TextParameter by = text_parameter(target, "by", desk_.limits.by_bytes);
    if (!by.wrong.empty()) return error_answer(400, by.wrong);
    const auto refuse = [&](std::uint16_t status, const std::string& why) {
        tell(Kind::refused, by.text, why);
        return error_answer(status, why);
    };
    if (!desk_.action_rate.admit(now, desk_.limits.actions_per_second)) {
        ++desk_.counts.throttled;
        return refuse(429, "more than " + std::to_string(desk_.limits.actions_per_second) +
                               " actions a second");
    }
    const auto ticket =
        waiting_.size() < desk_.limits.waiting ? control_.request({}, asker_) : std::nullopt;
    if (!ticket) return refuse(503, "too many reloads wait");
    ++desk_.counts.actions;
    tell(Kind::asked, by.text, {});
    waiting_.add(*ticket, pending, now, std::move(by.text));
    return std::nullopt;
}

HttpResponse ReloadAdmin::outcome(const std::string& who, const ReloadOutcome& reload) {
    if (!reload.done) {
        ++desk_.counts.refused;
        tell(Kind::refused, who, reload.text);
        return error_answer(409, "nothing was changed: " + reload.text);
    }
    tell(Kind::done, who, std::to_string(reload.changed) + " keys changed");
    HttpResponse response;
    response.body = done_json(reload.changed);
    return response;
}

void ReloadAdmin::take_answers(book::TimeNs now, std::vector<AdminAnswer>& answers) {
    waiting_.take_answers(
        desk_, control_, now, answers,
        [this](const std::string& who, const ReloadOutcome& reload) {
            return outcome(who, reload);
        },
        [this](const std::string& who) {
            tell(Kind::late, who, "the configuration has not been read yet");
        });
}

}  // namespace tickweir::gateway

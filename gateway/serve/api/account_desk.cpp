#include "gateway/serve/api/account_desk.hpp"

#include "gateway/serve/api/account_json.hpp"
#include "gateway/serve/api/answers.hpp"

namespace tickweir::gateway {

std::optional<HttpResponse> AccountDesk::refusal(std::string_view authorization,
                                                 std::string_view account) const {
    if (control_ == nullptr) return error_answer(404, "this gateway runs no venue");
    switch (keys_.check(authorization, account)) {
        case AccountAccess::granted:
            return std::nullopt;
        case AccountAccess::no_key:
            return error_answer(401, "the account's key is needed: Authorization: Bearer KEY");
        case AccountAccess::unknown_key:
            return error_answer(401, "the key is of no account");
        case AccountAccess::forbidden:
            return error_answer(403, "the key is of another account");
        case AccountAccess::unknown_account:
            return error_answer(404, "unknown account " + quoted_excerpt(account));
    }
    return error_answer(403, "the key is of another account");
}

std::optional<HttpResponse> AccountDesk::ask(control::Command question, PendingAnswer pending,
                                             book::TimeNs now) {
    const auto full = [this] {
        ++refused_;
        return error_answer(503, "too many questions wait for the venue");
    };
    if (control_ == nullptr) return error_answer(404, "this gateway runs no venue");
    if (waiting_.size() >= limits_.waiting) return full();
    const auto ticket = control_->request(std::move(question), asker_);
    if (!ticket) return full();
    waiting_.push_back({*ticket, pending, now});
    return std::nullopt;
}

std::vector<AccountDesk::Answer> AccountDesk::take_answers(book::TimeNs now) {
    std::vector<Answer> answers;
    if (waiting_.empty()) return answers;
    std::erase_if(waiting_, [&](const Waiting& waiting) {
        const auto answer = control_->take_answer(waiting.ticket);
        if (!answer) return now - waiting.since >= limits_.answer_timeout;
        HttpResponse response;
        if (answer->status == control::Status::done && answer->account)
            response.body = account_json(*answer->account);
        else if (answer->status == control::Status::done && answer->balance)
            response.body = balance_json(*answer->balance, answer->lsn);
        else
            response = refused_answer(*answer);
        answers.push_back({waiting.pending, std::move(response)});
        return true;
    });
    return answers;
}

}  // namespace tickweir::gateway

// Writes the head and body of HTTP answers: what every answer carries besides what the Api says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/serve/http_message.hpp"

namespace tickweir::gateway {

/// How an answer goes out, from the request's side.
struct AnswerForm {
    bool head_only = false;  ///< to HEAD: Content-Length as if, no body
    bool keep_alive = true;
    bool http_1_1 = true;
};

/// `{"code": status, "reason": "..."}`; the reason is ours or Beast's, and needs no escape.
HttpResponse refusal_answer(std::uint16_t status, std::string_view reason);

class HttpAnswers {
public:
    /// Appends a whole answer.
    void append(std::string& out, const HttpResponse& response, const AnswerForm& form,
                book::TimeNs now);

private:
    std::string_view date(book::TimeNs now);

    std::string date_;  // of the second below
    std::int64_t date_second_ = -1;
};

}  // namespace tickweir::gateway

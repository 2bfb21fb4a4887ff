#include "gateway/venue/control_words.hpp"

#include <utility>

namespace tickweir::gateway {

std::string_view control::to_string(Status status) {
    switch (status) {
        case Status::done:
            return "done";
        case Status::bad_request:
            return "bad_request";
        case Status::unknown:
            return "unknown";
        case Status::refused:
            return "refused";
        case Status::shed:
            return "shed";
        case Status::not_ready:
            return "not_ready";
        case Status::stopped:
            return "stopped";
    }
    return "?";
}

control::Answer control::fault(Status status, std::string text) {
    Answer answer;
    answer.status = status;
    answer.text = std::move(text);
    return answer;
}

}  // namespace tickweir::gateway

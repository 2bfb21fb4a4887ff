#include "codecs/soup/status.hpp"

namespace tickweir::codecs::soup {

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::none:
            return "none";
        case Fault::zero_length:
            return "zero_length";
        case Fault::too_long:
            return "too_long";
        case Fault::unknown_type:
            return "unknown_type";
        case Fault::wrong_state:
            return "wrong_state";
        case Fault::bad_length:
            return "bad_length";
        case Fault::bad_sequence:
            return "bad_sequence";
        case Fault::sequence_overflow:
            return "sequence_overflow";
        case Fault::silent:
            return "silent";
        case Fault::login_timeout:
            return "login_timeout";
    }
    return "?";
}

std::string_view to_string(Sent sent) {
    switch (sent) {
        case Sent::ok:
            return "ok";
        case Sent::full:
            return "full";
        case Sent::too_long:
            return "too_long";
        case Sent::wrong_state:
            return "wrong_state";
        case Sent::bad_sequence:
            return "bad_sequence";
    }
    return "?";
}

}  // namespace tickweir::codecs::soup

// Whole messages of a session as text: a body with header and trailer, a gap fill, and a message
// that was sent before as a possible duplicate. Pure; the strings are reused by the caller.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"

namespace tickweir::gateway::fix {

/// Who talks to whom; the views outlive what uses it.
struct WireParties {
    std::string_view begin_string;
    std::string_view sender;
    std::string_view target;
};

/// `out` becomes the whole message: 8, 9, 35, 49, 56, 34, 52, then `body` (fields with their SOH),
/// then 10.
void compose(std::string& out, const WireParties& parties, std::string_view msg_type,
             std::uint64_t number, book::TimeNs now, std::string_view body);

/// SequenceReset-GapFill: [number, next) will not be sent again. 43=Y, as it answers a request.
void compose_gap_fill(std::string& out, const WireParties& parties, std::uint64_t number,
                      std::uint64_t next, book::TimeNs now);

/// A message that was sent before, with 43=Y, its SendingTime as 122 and the new one in 52; all
/// other fields as they were. False, with `out` empty, where it has no SendingTime.
bool compose_repeat(std::string& out, const codecs::fix::Message& message, book::TimeNs now);

/// A message without its body: the fields of the standard header that it begins with.
void compose_header_of(std::string& out, const codecs::fix::Message& message);

/// Whether messages of this type belong to the session layer: 0 to 5 and A.
constexpr bool is_admin(std::string_view msg_type) {
    return msg_type.size() == 1 &&
           ((msg_type[0] >= '0' && msg_type[0] <= '5') || msg_type[0] == 'A');
}

}  // namespace tickweir::gateway::fix

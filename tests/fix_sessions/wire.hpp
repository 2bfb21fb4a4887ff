// FIX on the wire, written and read by the book of the standard and by none of the code that is
// tested: whole messages from fields, frames from bytes, and what is wrong with one.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fix_sessions/script.hpp"

namespace tickweir::tests::fix_sessions {

using SysTime = std::chrono::system_clock::time_point;

/// `20260302-08:09:10.123`
std::string utc_text(SysTime time);

/// Text with `{now}`, `{now-5}` and `{now+5}` (seconds) replaced, and every `|` by SOH.
std::string with_times(std::string_view text, SysTime now);

/// What a script leaves out of a message that it sends.
struct Defaults {
    std::string sender;
    std::string target;
    std::uint64_t number = 1;
    SysTime now{};
};

/// A message of the fields of a `>` step: 8, 9, 35, then 49, 56, 34 and 52 where the script has
/// none of them, then the fields in the script's order, then 10. Values of 8, 9 and 10 that the
/// script gives stand as they are; `{len}`, `{len+1}`, `{sum}`, `{sum+1}` are the true ones and
/// what is added.
std::string message_of(const std::vector<FieldClaim>& fields, const Defaults& defaults);

/// The text of a `raw` step with its placeholders replaced, `{len}` and `{sum}` among them.
std::string raw_message(std::string_view raw, SysTime now);

/// A message as received.
struct Received {
    std::string text;
    std::vector<std::pair<std::uint32_t, std::string>> fields;

    std::optional<std::string> find(std::uint32_t tag, std::size_t nth = 0) const;
    /// With `|` for SOH.
    std::string shown() const;
};

/// The first whole message of the buffer, taken out of it; none: there is none yet. An error where
/// the bytes are none: the peer must not send such.
struct Taken {
    std::optional<Received> message;
    std::string wrong;
};
Taken take_message(std::string& buffer);

/// What is wrong with a message that any peer sends, whatever the script says: the order of its
/// header, 49, 56, 34, 52. Empty: nothing.
std::string form_error(const Received& message, const Defaults& defaults);

/// Which claims of a `<` step a message breaks; empty: none.
std::string broken_claim(const Received& message, const std::vector<FieldClaim>& claims);

}  // namespace tickweir::tests::fix_sessions

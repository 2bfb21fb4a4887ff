// FIX messages in tests: written with `|` for SOH, framed with the right length and sum, and shown
// the same way.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "codecs/fix/field_writer.hpp"
#include "codecs/fix/fields.hpp"
#include "codecs/fix/framing.hpp"

namespace tickweir::tests {

inline std::string with_soh(std::string text) {
    std::ranges::replace(text, '|', '\x01');
    return text;
}

inline std::string with_bars(std::string_view text) {
    std::string shown{text};
    std::ranges::replace(shown, '\x01', '|');
    return shown;
}

/// `8=FIX.4.4|9=..|BODY10=..|`; the body with `|`.
inline std::string framed(const std::string& body, const std::string& begin = "FIX.4.4") {
    const std::string fields = with_soh(body);
    std::string text =
        with_soh("8=" + begin + "|9=" + std::to_string(fields.size()) + "|") + fields;
    std::string sum = std::to_string(codecs::fix::checksum(text));
    text += "10=" + std::string(3 - sum.size(), '0') + sum + "\x01";
    return text;
}

/// SendingTime of now.
inline std::string time_text(std::chrono::nanoseconds later = {}) {
    std::array<char, 64> buffer{};
    codecs::fix::FieldWriter writer{buffer};
    const auto now =
        std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now()) +
        later;
    writer.field(codecs::fix::tag::sending_time, codecs::fix::UtcTime{now});
    return std::string{writer.text().substr(3, writer.text().size() - 4)};
}

/// A message of a client to the venue; `body` with `|`.
inline std::string client_message(const std::string& client, const std::string& type,
                                  std::uint64_t number, const std::string& body = {}) {
    return framed("35=" + type + "|49=" + client + "|56=TICKWEIR|34=" + std::to_string(number) +
                  "|52=" + time_text() + "|" + body);
}

inline std::string client_logon(const std::string& client, std::uint64_t number = 1,
                                const std::string& more = "108=30|") {
    return client_message(client, "A", number, "98=0|" + more);
}

}  // namespace tickweir::tests

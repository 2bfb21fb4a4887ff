// FIX messages for the tests, with right lengths and checksums unless told otherwise.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace tickweir::replay::tests {

/// A message around `body`, which begins with `35=` and is written with `|` for SOH.
inline std::string fix(std::string_view body, std::string_view begin = "FIX.4.4") {
    std::string inner{body};
    for (char& c : inner)
        if (c == '|') c = '\x01';
    std::string text =
        "8=" + std::string{begin} + "\x01" + "9=" + std::to_string(inner.size()) + "\x01" + inner;
    unsigned sum = 0;
    for (const char c : text)
        sum += static_cast<unsigned char>(c);
    char trailer[16];
    std::snprintf(trailer, sizeof trailer, "10=%03u\x01", sum % 256);
    return text + trailer;
}

/// As people paste it.
inline std::string with_bars(std::string text, std::string_view separator = "|") {
    std::string shown;
    for (const char c : text)
        if (c == '\x01')
            shown += separator;
        else
            shown += c;
    return shown;
}

}  // namespace tickweir::replay::tests

// FIX messages as tests write them: `|` for SOH, with the right BodyLength and CheckSum or others.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codecs/fix/message.hpp"

namespace tickweir::codecs::fix {

/// `|` becomes SOH.
inline std::string wire(std::string_view text) {
    std::string bytes{text};
    std::ranges::replace(bytes, '|', soh);
    return bytes;
}

/// `10=ddd<SOH>` for what stands before.
inline std::string with_checksum(std::string bytes) {
    unsigned sum = 0;
    for (const char c : bytes)
        sum += static_cast<unsigned char>(c);
    const std::string digits = std::to_string(sum % 256);
    return bytes + "10=" + std::string(3 - digits.size(), '0') + digits + soh;
}

/// A message around the bytes of a body, which begins with 35.
inline std::string framed_bytes(std::string_view body, std::string_view begin_string = "FIX.4.4") {
    return with_checksum("8=" + std::string{begin_string} + soh +
                         "9=" + std::to_string(body.size()) + soh + std::string{body});
}

/// The same of a body with `|` for SOH.
inline std::string framed(std::string_view body, std::string_view begin_string = "FIX.4.4") {
    return framed_bytes(wire(body), begin_string);
}

using Fields = std::vector<std::pair<std::uint32_t, std::string>>;

inline Fields fields_of(const Message& message) {
    Fields fields;
    for (const Field& field : message.fields())
        fields.emplace_back(field.tag, std::string{message.value(field)});
    return fields;
}

inline const std::string heartbeat = framed("35=0|49=A|56=B|34=7|52=20261121-14:03:07|");
inline const std::string order = framed(
    "35=D|49=CLIENT1|56=TICKWEIR|34=12|52=20261121-14:03:07.123|11=ORD-1|55=ACME|54=1|38=500|40=2|"
    "44=101.25|59=0|60=20261121-14:03:07.123|");
inline const std::string with_data =
    framed("35=B|49=A|56=B|34=8|52=20261121-14:03:07|148=x|95=9|96=a|b=c|8=F|58=end|");
inline const std::string refresh = framed(
    "35=X|49=A|56=B|34=9|268=2|279=0|269=0|55=ACME|270=1.5|271=10|279=1|269=1|55=ACME|270=1.6|"
    "271=20|");

}  // namespace tickweir::codecs::fix
